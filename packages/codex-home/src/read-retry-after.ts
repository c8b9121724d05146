/**
 * The milliseconds that a service asks to wait, in a logged line with its refusal; undefined for any other line. Pure.
 *
 * `… codex_http_client::client: Request completed … status=429 Too Many Requests headers={"retry-after": "7", …}`
 * (0.163.0). `retry-after-ms` outranks `retry-after`; a date counts from the `date` of the answer.
 */
export function readRetryAfter(line: string): number | undefined {
  const headers = refusal.exec(line)?.[1];
  if (headers === undefined) return undefined;
  const milliseconds = headerOf(headers, "retry-after-ms") ?? "";
  if (amount.test(milliseconds)) return Math.ceil(Number(milliseconds));
  const wait = headerOf(headers, "retry-after") ?? "";
  if (amount.test(wait)) return Math.ceil(Number(wait) * 1_000);
  const until = Date.parse(wait) - Date.parse(headerOf(headers, "date") ?? "");
  return until >= 0 ? until : undefined;
}

const refusal =
  /\bcodex_http_client::client: Request completed .*?\bstatus=[45]\d\d\b.*?headers=\{(.*)\}/;
const amount = /^\d{1,9}(?:\.\d+)?$/;

function headerOf(headers: string, name: string): string | undefined {
  return new RegExp(`"${name}": "([^"]*)"`).exec(headers)?.[1];
}
