import { expect, test } from "vitest";
import { type AnnouncedWait, AnnouncedWaits } from "../src/announced-waits.ts";

type Found = AnnouncedWait & { readonly turnId?: string | undefined };

function announcedIn(text: string, chunkBytes: number): readonly Found[] {
  const found: Found[] = [];
  const waits = new AnnouncedWaits((wait, turnId) => found.push({ ...wait, turnId }));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    waits.push(bytes.subarray(at, at + chunkBytes));
  return found;
}

const line = (duration: string): string =>
  `2026-11-28T21:34:35Z  WARN codex_core::responses_retry: stream disconnected - retrying sampling request (1/2 in ${duration})... turn_id=0 retries=1\n`;

test.each([1, 7, 10_000])(
  "waits are found in chunks of %d bytes, in milliseconds",
  (chunkBytes) => {
    const durations = ["3599.999674823s", "5s", "187.5ms", "200µs", "12ns"];
    const text = `Reading prompt from stdin...\n${durations.map(line).join("Error: no\n")}`;
    const found = announcedIn(text, chunkBytes);
    expect(found.map(({ delayMs }) => delayMs)).toEqual([3_600_000, 5_000, 188, 1, 1]);
    expect(new Set(found.map(({ type, turnId }) => `${type} ${turnId}`))).toEqual(
      new Set(["retry 0"]),
    );
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

/** As Codex 0.163.0 logs an answer of the service. */
const answered = (status: string, headers: string): string =>
  `2026-11-29T11:13:44.209098Z DEBUG turn{otel.name="session_task.turn" thread.id=01a turn.id=01b-2 model=gpt-5.5}: codex_http_client::client: Request completed method=POST url=http://127.0.0.1:1/v1/responses status=${status} headers={${headers}} version=HTTP/1.1\n`;

const date = '"date": "Sun, 29 Nov 2026 11:13:44 GMT"';

test.each([
  ['"content-type": "application/json", "retry-after": "7"', 7_000],
  ['"retry-after": "1.5"', 1_500],
  ['"retry-after": "7", "retry-after-ms": "6500"', 6_500],
  [`"retry-after": "Sun, 29 Nov 2026 11:14:44 GMT", ${date}`, 60_000],
])("the service asks to wait with a refusal: %s", (headers, delayMs) => {
  const text = answered("429 Too Many Requests", headers);
  expect(announcedIn(text, 100)).toEqual([{ type: "retry-after", delayMs, turnId: "01b-2" }]);
});

test.each([
  answered("200 OK", '"retry-after": "7"'),
  answered("429 Too Many Requests", '"x-retry-after": "7"'),
  answered("429 Too Many Requests", '"retry-after": "soon"'),
  answered("429 Too Many Requests", `"retry-after": "Sun, 29 Nov 2026 11:10:44 GMT", ${date}`),
  answered("429 Too Many Requests", '"retry-after": "7"').replace("turn.id=01b-2 ", ""),
])("no wait is read where none is asked for, or nobody knows of which turn: %#", (text) => {
  expect(announcedIn(text, 100)).toEqual([]);
});
