import type { Limit, RateLimitGovernorOptions } from "../src/index.ts";

/** An error of a service that says: not now. */
export class Refusal extends Error {
  readonly limit: Limit;

  constructor(limit: Limit) {
    super(limit.message);
    this.limit = limit;
  }
}

/** Reads the limit of such an error. */
export const reading: RateLimitGovernorOptions = {
  findLimit: (error) => (error instanceof Refusal ? error.limit : undefined),
};

export function slowDown(): Refusal {
  return new Refusal({ kind: "rate-limit", message: "rate limit exceeded: slow down" });
}
