import { redactReport } from "@ktx/redact";
import { neutralise } from "../terminal/neutralise.ts";

/** The longest value of a command line that an error repeats whole, in characters. */
const longestValue = 200;
const shownOfLong = 60;

/**
 * A message about a command line, as it may stand in a terminal and in a log: without control characters and secrets,
 * and with the beginning of a value that is long. Pure.
 */
export function shortenValues(message: string, args: readonly string[]): string {
  const values = args
    .flatMap((arg) => [arg, ...(/^--?[\w-]+=(.*)$/s.exec(arg)?.slice(1) ?? [])])
    .filter(({ length }) => length > longestValue)
    .toSorted((one, other) => other.length - one.length);
  const shorter = values.reduce(
    (rest, value) =>
      rest.replaceAll(value, () => `${value.slice(0, shownOfLong)}… (${value.length} characters)`),
    message,
  );
  return neutralise(redactReport(shorter));
}
