import { nearestName } from "@ktx/config";
import type { Command, Option } from "commander";

/**
 * `(Did you mean status?)`, where a word of the command line is unknown and near a known one. For a text that begins with
 * a dash, and for several words where one text is expected, the way to give it. Else empty. Pure.
 */
export function describeNearest(program: Command, args: readonly string[]): string {
  const unknown = findUnknown(program, args);
  if (!("word" in unknown)) return describeExcess(unknown);
  // The dashes would make two short flags alike.
  const [, dashes = "", name = ""] = /^(-*)(.*)$/s.exec(unknown.word) ?? [];
  const prefix = dashes === "" ? "" : "--";
  const names = unknown.known.map((known) => known.slice(prefix.length));
  const nearest = nearestName(name, names);
  return nearest === undefined ? describeDash(unknown) : `(Did you mean ${prefix}${nearest}?)\n`;
}

/** A word such as `---title` or `- buy milk` is no flag, and was meant as the argument of the command. */
function describeDash({ word, command }: UnknownWord): string {
  const isText = word.startsWith("-") && !/^(?:-[a-z]|--[a-z][a-z-]+)$/i.test(word);
  if (!isText || command.registeredArguments.length === 0) return "";
  return `(To begin an argument with a dash, put -- before it: ${pathOf(command)} -- "- ...")\n`;
}

/** The names of arguments in which people write sentences. */
const texts: ReadonlySet<string> = new Set(["prompt", "question", "text"]);

/** A text without quotes is several words to a shell. */
function describeExcess({ command, words }: KnownWords): string {
  const [argument] = command.registeredArguments;
  if (argument === undefined || !texts.has(argument.name()) || words.length < 2) return "";
  return `(To give several words as one argument, put them into quotes: ${pathOf(command)} "...")\n`;
}

/** `ktx wiki search`. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

interface UnknownWord {
  readonly word: string;
  /** The command that it was given to. */
  readonly command: Command;
  readonly known: readonly string[];
}

interface KnownWords {
  readonly command: Command;
  /** The arguments of the command, as far as they are known to be ones. */
  readonly words: readonly string[];
}

/** The first word that stands where a command or an option must, and is neither; else the words of the command. */
function findUnknown(program: Command, args: readonly string[]): UnknownWord | KnownWords {
  let command = program;
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (word === "--") break;
    if (word.startsWith("-") && word !== "-") {
      const [flag = "", value] = word.split(/=(.*)/s, 2);
      const options = optionsOf(command);
      const option = options.find(({ short, long }) => flag === short || flag === long);
      if (option === undefined)
        return { word: flag, command, known: options.flatMap(({ long }) => long ?? []) };
      if ((option.required || option.optional) && value === undefined) at += 1;
    } else {
      const inner = command.commands.find((one) => one.name() === word);
      if (inner !== undefined) command = inner;
      else if (command.commands.length > 0)
        return { word, command, known: command.commands.map((one) => one.name()) };
      else words.push(word);
    }
  }
  return { command, words };
}

/** Those of the command and of the program. */
export function optionsOf(command: Command): readonly Option[] {
  const own = command.createHelp().visibleOptions(command);
  let program = command;
  while (program.parent !== null) program = program.parent;
  return program === command ? own : [...own, ...program.createHelp().visibleOptions(program)];
}
