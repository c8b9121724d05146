import { z } from "zod";
import type { StringFormat } from "./string-format-in-words.ts";

/** The service's format for one of zod's; `undefined` where it has none that takes all that zod takes. */
export function strictFormat(check: StringFormat): string | undefined {
  return takesMore(check) ? undefined : strictFormats.get(check.format);
}

/** Whether the options of a format let in what the service's format of that name refuses. */
function takesMore(check: StringFormat): boolean {
  switch (check.format) {
    case "datetime":
      // RFC 3339 asks for an offset and for seconds.
      return ("local" in check && check.local) || ("precision" in check && check.precision === -1);
    case "email":
      return !isOfPattern(check, z.regexes.email);
    case "hostname":
      return !isOfPattern(check, z.regexes.hostname);
    default:
      // `z.stringFormat()` gives any name to what its function takes.
      return "fn" in check;
  }
}

function isOfPattern(check: StringFormat, pattern: RegExp): boolean {
  return String(check.pattern) === String(pattern);
}

/** zod's formats that the service knows too. `z.iso.time()` is not its `time`, which has an offset. */
const strictFormats: ReadonlyMap<string, string> = new Map([
  ["email", "email"],
  ["uuid", "uuid"],
  ["datetime", "date-time"],
  ["date", "date"],
  ["duration", "duration"],
  ["ipv4", "ipv4"],
  ["ipv6", "ipv6"],
  ["hostname", "hostname"],
]);
