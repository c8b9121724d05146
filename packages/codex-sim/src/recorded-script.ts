import { isRecord } from "./is-record.ts";
import type { SimReply } from "./sim-reply.ts";

/** One answer of a real service, as a line of a recorded exchange. */
export interface RecordedExchange {
  readonly status: number;
  /** Those that a client reads, such as `retry-after`; no credentials and no cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answers of a recorded exchange as a script, in their order: one JSON object a line, with `status`, `headers` and
 * `body`, of which the stream of events is the text.
 *
 * @throws an error that names the line that is wrong.
 */
export function recordedScript(text: string): readonly SimReply[] {
  const replies = text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [parseExchange(line, index + 1)]));
  if (replies.length === 0)
    throw new Error("Expected at least one line with `status`, `headers` and `body`, got none.");
  return replies.map(({ status, headers, body }) => ({ type: "http", status, headers, body }));
}

function parseExchange(line: string, number: number): RecordedExchange {
  const expected = `Line ${number} of the exchange: expected { "status": 200, "headers": { … }, "body": "…" }`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${expected}, got a line that is not JSON.`);
  }
  const { status, headers, body } = isRecord(value) ? value : {};
  if (
    typeof status !== "number" ||
    !Number.isSafeInteger(status) ||
    status < 200 ||
    status > 599 ||
    typeof body !== "string" ||
    !isRecord(headers)
  )
    throw new Error(`${expected}, got ${line.slice(0, 200)}.`);
  const texts = Object.entries(headers).flatMap(([name, each]) =>
    typeof each === "string" && isSent(name) ? [[name.toLowerCase(), each] as const] : [],
  );
  return { status, headers: Object.fromEntries(texts), body };
}

/** Headers of the connection do not fit another one. */
function isSent(name: string): boolean {
  return !/^(?:content-length|content-encoding|transfer-encoding|connection|keep-alive|set-cookie)$/i.test(
    name,
  );
}
