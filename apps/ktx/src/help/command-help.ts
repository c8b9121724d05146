/** The help of one command. Its options describe themselves, where they are registered. */
export interface CommandHelp {
  /** The positional argument, as the usage line shows it. */
  readonly argument?: { readonly name: string; readonly description: string };
  /** The line in the list of commands: an order, in lower case, without a full stop. */
  readonly summary: string;
  /** The beginning of the command's own help: one or two sentences about the command. */
  readonly description: string;
  /** Whole command lines, which a shell takes as they are. */
  readonly examples: readonly [string, string];
  readonly exitCodes?: string;
}
