import { expect, test } from "vitest";
import { AnnouncedRetries } from "../src/announced-retries.ts";

function announcedIn(text: string, chunkBytes: number): readonly number[] {
  const found: number[] = [];
  const retries = new AnnouncedRetries((delayMs) => found.push(delayMs));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    retries.push(bytes.subarray(at, at + chunkBytes));
  return found;
}

const line = (duration: string): string =>
  `2026-11-28T21:34:35Z  WARN codex_core::responses_retry: stream disconnected - retrying sampling request (1/2 in ${duration})... turn_id=0 retries=1\n`;

test.each([1, 7, 10_000])(
  "waits are found in chunks of %d bytes, in milliseconds",
  (chunkBytes) => {
    const durations = ["3599.999674823s", "5s", "187.5ms", "200µs", "12ns"];
    const text = `Reading prompt from stdin...\n${durations.map(line).join("Error: no\n")}`;
    expect(announcedIn(text, chunkBytes)).toEqual([3_600_000, 5_000, 188, 1, 1]);
  },
);

test.each([
  "retrying sampling request (1/2 in soon)\n",
  "sampling request (1/2 in 5s)\n",
  line("5s").trimEnd(),
  `${"x".repeat(100_000)}\n`,
])("what is no whole line of that kind is passed over: %.40s", (text) => {
  expect(announcedIn(text, 1_000)).toEqual([]);
});
