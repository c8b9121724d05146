import type { CliOutput } from "../cli-io.ts";
import { terminalWidth } from "../render/text-width.ts";
import { fitLines } from "./fit-lines.ts";
import { neutralise } from "./neutralise.ts";

/** The emphasis of ktx's own texts: the codes of `createStyle`. */
const emphasis = /(\u001b\[(?:[1-49]|2[2-49]|3[1-79]|9[1-7])m)/;

/** Characters that act on a terminal, or that nobody sees, outside of what a script needs. */
const acting =
  /[\x7F-\x9F\u00AD\u200B\p{Bidi_Control}\u2028\u2029\u2060-\u206F\uFEFF\u{E0000}-\u{E0FFF}]/gu;

/**
 * Writes a text for people. In a terminal its lines fit into the present width, and nothing in it but emphasis acts on
 * the terminal, whatever a foreign text in it holds. A log gets it as it is.
 */
export function printText(output: CliOutput, text: string): void {
  output.write(textFor(output, text));
}

/** The text as {@link printText} writes it. */
export function textFor(output: CliOutput, text: string): string {
  return output.isTTY === true ? fitLines(disarm(text), terminalWidth(output)) : text;
}

/** Writes a value as one line of JSON, with escapes for characters that would act on a terminal. */
export function printJson(output: CliOutput, value: unknown): void {
  output.write(jsonLine(value));
}

/** The value as {@link printJson} writes it. */
export function jsonLine(value: unknown): string {
  return `${escapeJson(JSON.stringify(value))}\n`;
}

/** The same JSON, with escapes for characters that would act on a terminal. */
export function escapeJson(json: string): string {
  return json.replaceAll(acting, (character) => character.split("").map(escape).join(""));
}

/** The text with ktx's emphasis, and without any other control sequence. */
export function disarm(text: string): string {
  return text
    .split(emphasis)
    .map((part, index) => (index % 2 === 1 ? part : neutralise(part)))
    .join("");
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
