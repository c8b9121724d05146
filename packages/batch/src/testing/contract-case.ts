import { deepStrictEqual, ok } from "node:assert/strict";
import type { Unit } from "../unit.ts";
import type { Claim, ClaimAsk, UnitStore } from "../unit-store.ts";

/** A store to test, empty at first. Disposing it removes it. */
export interface StoreUnderTest extends AsyncDisposable {
  /** A handle of its own on the same store, as another process has it. The case disposes of it. */
  readonly open: () => Promise<UnitStore>;
}

/** Makes an empty store on the given clock, in milliseconds since the epoch. */
export type MakeStore = (now: () => number) => Promise<StoreUnderTest>;

/** One case of the contract, for any test runner: `for (const { title, run } of unitStoreContract) test(title, …)`. */
export interface ContractCase {
  readonly title: string;
  /** @throws {AssertionError} where the store breaks the contract. */
  readonly run: (make: MakeStore) => Promise<void>;
}

/** Two handles on one store, and its clock. */
export interface Scene {
  readonly store: UnitStore;
  readonly other: UnitStore;
  readonly advance: (ms: number) => void;
  readonly now: () => number;
}

export const leaseMs = 10_000;
export const batch = { id: "batch", label: "A batch" };

export function contractCase(title: string, body: (scene: Scene) => Promise<void>): ContractCase {
  return {
    title,
    run: async (make) => {
      let nowMs = 1_800_000_000_000;
      const now = (): number => nowMs;
      await using tested = await make(now);
      await using store = await tested.open();
      await using other = await tested.open();
      const advance = (ms: number): void => {
        nowMs += ms;
      };
      await body({ store, other, advance, now });
    },
  };
}

export function unitsOf(...keys: readonly string[]): readonly Unit[] {
  return keys.map((key) => ({ key, payload: { key } }));
}

/** The next claim of this worker. @throws where there is nothing to claim. */
export async function claimOf(
  store: UnitStore,
  worker: string,
  more: Partial<ClaimAsk> = {},
): Promise<Claim> {
  const answer = await store.claim({ worker, leaseMs, ...more });
  ok(answer.type === "claimed", `Expected a unit for ${worker}, got none.`);
  return answer.claim;
}

export async function claimsNothing(
  store: UnitStore,
  worker: string,
  expected: { readonly hasOpenUnits: boolean; readonly nextInMs?: number },
  more: Partial<ClaimAsk> = {},
): Promise<void> {
  const answer = await store.claim({ worker, leaseMs, ...more });
  deepStrictEqual(answer, { type: "none", ...expected });
}
