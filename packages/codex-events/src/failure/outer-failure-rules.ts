import type { FailureRule } from "./failure-rules.ts";

/** The fallback rules. They come last, since their sentences may enclose all others. */
export const outerFailureRules: readonly FailureRule[] = [
  {
    kind: "stream-disconnected",
    pattern: /^stream disconnected before completion/,
    recorded: [
      "12-cut-partial-r0",
      "12-idle-timeout-r0",
      "12-socket-destroy-before-headers-r0",
      // The service had refused the content, with the stand-in's word "blocked"; the text does not show it.
      "13-failed-content_policy_violation-r0",
    ],
  },
  {
    kind: "invalid-request",
    // A body that is not JSON reaches the message raw only when the status was 400.
    pattern: /^The service answered with a web page: (?:400 )?Bad Request/,
    recorded: ["11-400-html-r0"],
  },
  {
    kind: "process",
    pattern: /^Failed to parse item: /,
    example: 'Failed to parse item: {"type":"item.completed","item":{"id":"item_0","te',
  },
  {
    kind: "auth",
    pattern: /\bnot (?:logged|signed) in\b/i,
    example: "Not logged in",
  },
];
