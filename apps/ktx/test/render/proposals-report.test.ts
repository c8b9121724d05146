import { expect, test } from "vitest";
import { renderReview } from "../../src/render/proposals-report.ts";
import { captureIo } from "../capture-io.ts";

test.each(["\n", "\r\n"])(
  "a proposal of a page with line breaks %j shows the lines that change",
  (end) => {
    const io = captureIo();
    const current = ["# Plan", "", "- A plan is YEARLY.", ""].join(end);
    const proposal = {
      id: "plan.md",
      kind: "page",
      page: "plan.md",
      reason: "A person edited this page.",
      version: "v1",
      draft: "",
      current,
      proposed: `${current}- A plan is red.${end}`,
      hasConflicts: false,
    } as const;
    const text = renderReview({ proposals: [proposal], contradictions: [] }, io);
    expect(text.match(/^ {2}[-+] .*$/gm)).toEqual(["  + - A plan is red."]);
  },
);
