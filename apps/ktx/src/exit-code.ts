/** What the exit code of `ktx` says. Another signal than SIGINT: 128 + its number. */
export const exitCodes = {
  done: 0,
  /** It was tried and did not succeed. */
  failed: 1,
  /** The command could not be started as it was given. */
  usage: 2,
  /** A step budget or a time limit ended it. */
  stopped: 3,
  /** The user ended it, by SIGINT or at a question. */
  interrupted: 130,
  /** The reader of stdout left before it had read all: 128 and the number of SIGPIPE. */
  readerGone: 141,
} as const;
