import { inject } from "vitest";

/*
 * A test of the long lane (`*.long.test.ts`) has two forms. The short one runs with `test`, on inputs that are
 * always the same; the full one with `test:long`, on all of them, and on random ones that are new each time.
 */

/** The cases to run: all of them in the full form, in the short one those that are named. */
export function casesOf<Case>(
  all: readonly Case[],
  isInShortForm: (one: Case) => boolean,
): readonly Case[] {
  return inject("longForm") === "full" ? all : all.filter(isInShortForm);
}

/** How often a property is tried: in the short form so often, with a fixed seed; in the full one 20 times that. */
export function longRuns(shortRuns: number): { readonly numRuns: number; readonly seed?: number } {
  return inject("longForm") === "full"
    ? { numRuns: 20 * shortRuns }
    : { numRuns: shortRuns, seed: 20_260_717 };
}
