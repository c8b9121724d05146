import stringWidth from "string-width";
import { addParts, lineStart } from "./fit-parts.ts";
import { cutToWidth } from "./cut-to-width.ts";

/** The beginning of a line that has no room for the usual one. */
const shortStart = "… ";

/** The parts of one line about the present, each with its forms, the longest one first. */
interface Forms {
  readonly doing: readonly [string, ...string[]];
  /** Empty for no silence. */
  readonly silence: readonly string[];
  readonly time: string;
  /** Parts that are left out where they do not fit. */
  readonly others: readonly (string | undefined)[];
  readonly columns: number;
}

/**
 * One line about the present. Where it is narrow, the activity, a silence and the time get shorter forms; then the time
 * is left out, and the activity of a silent run. Pure.
 */
export function fitForms({ doing, silence, time, others, columns }: Forms): string {
  const silences = silence.length === 0 ? [undefined] : silence;
  const states = doing.flatMap((form) => silences.map((one) => [form, one]));
  const alone = silence.length === 0 ? doing : silence;
  const heads = [
    ...states.map((state) => ({ start: lineStart, parts: [...state, time] })),
    ...states.map((state) => ({ start: shortStart, parts: [...state, time] })),
    ...alone.map((form) => ({ start: shortStart, parts: [form, time] })),
    ...states.map((state) => ({ start: shortStart, parts: state })),
    ...alone.map((form) => ({ start: shortStart, parts: [form] })),
  ];
  const lines = heads.map(({ start, parts }) =>
    addParts("", [start + (parts[0] ?? ""), ...parts.slice(1)], Number.POSITIVE_INFINITY),
  );
  const line = lines.find((one) => stringWidth(one) <= columns);
  if (line === undefined) return cutToWidth(lines.at(-1) ?? "", columns);
  return addParts(line, others, columns);
}
