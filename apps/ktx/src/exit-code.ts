/** The exit codes of `ktx`. Another signal than SIGINT: 128 + its number. */
export const exitCodes = {
  done: 0,
  /** The command ran and failed. */
  failed: 1,
  /** The command line is invalid. */
  usage: 2,
  /** A step budget or a time limit ended it. */
  stopped: 3,
  /** The user ended it, by SIGINT or at a question. */
  interrupted: 130,
  /** The reader of stdout closed it early: 128 and the number of SIGPIPE. */
  readerGone: 141,
} as const;
