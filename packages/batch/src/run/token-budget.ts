/** The use of a run's tokens. Units that run count with the mean of those that ended. */
export interface TokenUse {
  readonly spent: number;
  /** Attempts whose tokens are in `spent`. */
  readonly attempts: number;
  readonly running: number;
}

export const noTokenUse: Omit<TokenUse, "running"> = { spent: 0, attempts: 0 };

/** True where another unit may start. With a budget that running units will probably use up, none does. */
export function mayStart(
  { spent, attempts, running }: TokenUse,
  budget: number | undefined,
): boolean {
  if (budget === undefined) return true;
  const mean = attempts === 0 ? 0 : spent / attempts;
  return spent + running * mean < budget;
}
