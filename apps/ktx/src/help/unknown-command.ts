import type { Command } from "commander";
import { optionsOf, pathOf } from "./describe-nearest.ts";

/** A word that stands where a command must, and is not the name of one. */
export interface UnknownCommand {
  readonly word: string;
  /** The command that it was given to. */
  readonly outer: Command;
  /** The command line up to the word. */
  readonly line: readonly string[];
}

const helpFlags: ReadonlySet<string> = new Set(["-h", "--help"]);

/**
 * `ktx help wiki search` as `ktx wiki search --help`, and any other command line as it is. Commander itself reads only
 * the first word behind `help`. Pure.
 *
 * @returns `isHelp` is true where every word is the name of a command.
 */
export function readHelpLine(args: readonly string[]): {
  readonly line: readonly string[];
  readonly isHelp: boolean;
} {
  const at = args.findIndex((arg) => !arg.startsWith("-") || helpFlags.has(arg));
  const first = args[at];
  if (first === undefined || (first !== "help" && !helpFlags.has(first)))
    return { line: args, isHelp: false };
  const rest = readHelpLine(args.toSpliced(at, 1)).line;
  const words = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  return {
    line: words.some((word) => helpFlags.has(word)) ? words : [...words, "--help"],
    isHelp: true,
  };
}

/**
 * The first word that is the name of no command, where only a command can stand. Commander answers it with the help of
 * the outer command where the line asks for help, and counts it as an argument where the outer command does work of its
 * own. Undefined where an earlier option is unknown or ends the line. Pure.
 *
 * @param isHelp see {@link readHelpLine}.
 */
export function findUnknownCommand(
  program: Command,
  line: readonly string[],
  isHelp: boolean,
): UnknownCommand | undefined {
  let outer = program;
  for (let at = 0; at < line.length; at += 1) {
    const word = line[at] ?? "";
    if (word.startsWith("-") && word !== "-") {
      const [flag = "", value] = word.split(/=(.*)/s, 2);
      const option = optionsOf(outer).find(({ short, long }) => flag === short || flag === long);
      if (option === undefined || endsLine.has(flag)) return undefined;
      if ((option.required || option.optional) && value === undefined) at += 1;
    } else {
      const inner = outer.commands.find((one) => one.name() === word);
      if (inner !== undefined) outer = inner;
      else if (isHelp || takesOnlyCommands(outer))
        return { word, outer, line: line.slice(0, at + 1) };
      else return undefined;
    }
  }
  return undefined;
}

const endsLine: ReadonlySet<string> = new Set([...helpFlags, "-V", "--version"]);

function takesOnlyCommands({ commands, registeredArguments }: Command): boolean {
  return commands.length > 0 && registeredArguments.length === 0;
}

/** Ends the command line with an error that names the word and the place of the right ones. @throws `CommanderError`. */
export function refuseCommand({ word, outer }: UnknownCommand): never {
  const help = `${pathOf(outer)} --help`;
  const next =
    outer.commands.length > 0
      ? `\`${help}\` lists the commands.`
      : `\`${help}\` explains the command, which has no inner ones.`;
  return outer
    .showHelpAfterError(`next:  ${next}`)
    .error(`error: unknown command '${word}'`, { code: "commander.unknownCommand" });
}
