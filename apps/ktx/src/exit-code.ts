/** What the exit code of `ktx` tells. Beside these, a run that a signal ended: 128 + the signal's number. */
export const exitCodes = {
  done: 0,
  /** It was tried and did not succeed. */
  failed: 1,
  /** The command could not be started as it was given. */
  usage: 2,
  /** A step budget or a time limit ended it. */
  stopped: 3,
} as const;
