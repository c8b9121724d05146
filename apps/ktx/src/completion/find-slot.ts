import type { Command, Option } from "commander";
import { optionsOf } from "../help/describe-nearest.ts";

/** The thing that stands at the cursor of a command line. */
export type Slot =
  | { readonly type: "options"; readonly options: readonly Option[] }
  | { readonly type: "commands"; readonly commands: readonly Command[] }
  | { readonly type: "option-value"; readonly option: Option; readonly command: Command }
  | { readonly type: "argument"; readonly command: Command; readonly index: number };

export interface FoundSlot {
  readonly slot: Slot;
  /** The part of the word at the cursor that is there already. */
  readonly typed: string;
  /** The part of that word before the value: `--model=`. */
  readonly before: string;
  /** The values of the options before the cursor, by their long flags. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * Finds the slot of the cursor. Pure.
 *
 * @param words those before the cursor's, without the program's name.
 * @param current the word at the cursor; empty between words.
 */
export function findSlot(program: Command, words: readonly string[], current: string): FoundSlot {
  let command = program;
  let index = 0;
  let open: Option | undefined;
  let isLiteral = false;
  const given = new Map<string, string>();
  for (const word of words) {
    if (open !== undefined) {
      given.set(open.long ?? "", word);
      open = undefined;
    } else if (!isLiteral && word === "--") isLiteral = true;
    else if (!isLiteral && word.startsWith("-") && word !== "-") {
      const [flag = "", value] = word.split(/=(.*)/s, 2);
      const option = optionsOf(command).find(({ short, long }) => flag === short || flag === long);
      if (option !== undefined && takesValue(option)) {
        if (value === undefined) open = option;
        else given.set(option.long ?? "", value);
      }
    } else {
      const inner = index === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (inner === undefined) index += 1;
      else command = inner;
    }
  }
  const found = (slot: Slot, typed: string, prefix = ""): FoundSlot => ({
    slot,
    typed,
    before: prefix,
    given,
  });
  if (open !== undefined) return found({ type: "option-value", option: open, command }, current);
  if (!isLiteral && current.startsWith("-")) {
    const [flag = "", value] = current.split(/=(.*)/s, 2);
    const option = optionsOf(command).find(({ long }) => flag === long);
    if (value === undefined || option === undefined)
      return found({ type: "options", options: optionsOf(command) }, current);
    return found({ type: "option-value", option, command }, value, `${flag}=`);
  }
  const { commands } = command;
  if (index === 0 && commands.length > 0 && command.registeredArguments.length === 0)
    return found({ type: "commands", commands }, current);
  return found({ type: "argument", command, index }, current);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
