import type { Unit } from "../unit.ts";
import type { UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import { decideMove, findUnserved, type GroupLook, isStill } from "./decide-move.ts";

export interface SharedGroupsInput {
  readonly store: UnitStore;
  readonly batchId: string;
  readonly units: ReadonlyMap<string, Required<Unit>>;
  readonly groups: readonly string[];
  /** True where the groups may run each other's units. */
  readonly mayMove: boolean;
  readonly clock: BatchClock;
  readonly tell: (news: BatchNews) => void;
}

/** Milliseconds between two looks at the groups. */
const lookMs = 1_000;
/** A look at very many units takes a while: so many times as long is the rest after it. */
const restFactor = 20;

/**
 * Watches the groups of a batch that others run: units go to a group that has run out of them, and a group whose units no
 * worker takes is announced, once until it is served.
 */
export class SharedGroups {
  readonly #input: SharedGroupsInput;
  readonly #startMs: number;
  readonly #servedAtMs = new Map<string, number>();
  readonly #told = new Set<string>();
  #lookedAtMs: number;
  #restMs = lookMs;

  constructor(input: SharedGroupsInput) {
    this.#input = input;
    this.#startMs = input.clock.monotonicNow();
    this.#lookedAtMs = this.#startMs;
  }

  /** Notes that a worker runs a unit of the group, or has run one. */
  readonly serve = (group: string): void => {
    this.#servedAtMs.set(group, this.#input.clock.monotonicNow());
    this.#told.delete(group);
  };

  async look(): Promise<void> {
    const { store, units, clock, tell, batchId, mayMove } = this.#input;
    const nowMs = clock.monotonicNow();
    if (nowMs - this.#lookedAtMs < this.#restMs) return;
    const looks = await this.#read();
    this.#restMs = Math.max(lookMs, restFactor * (clock.monotonicNow() - nowMs));
    const move = mayMove ? decideMove(looks, nowMs, this.#startMs) : undefined;
    if (move !== undefined) {
      const keys = await this.#waitingIn(move.from);
      const count = move.isAll ? Math.ceil(keys.length / 2) : Math.floor(keys.length / 2);
      // The last ones: the group's own workers are at the first.
      const moved = keys
        .slice(keys.length - count)
        .flatMap((key) => units.get(key) ?? [])
        .map((unit) => ({ ...unit, group: move.to }));
      if (moved.length > 0) await store.add(moved, { id: batchId });
    }
    await this.#takeBack(looks, nowMs);
    const unserved = findUnserved(looks, nowMs, this.#startMs).filter(
      (group) => !this.#told.has(group),
    );
    for (const group of unserved) this.#told.add(group);
    if (unserved.length > 0) tell({ type: "workers_missing", groups: unserved });
    this.#lookedAtMs = clock.monotonicNow();
  }

  async #read(): Promise<readonly GroupLook[]> {
    const { store, groups } = this.#input;
    const counts = new Map((await store.groups()).map((one) => [one.group, one.counts]));
    const paused = new Set((await store.paused()).map(({ group }) => group));
    return groups.map((group) => ({
      group,
      waiting: counts.get(group)?.waiting ?? 0,
      isPaused: paused.has(group),
      servedAtMs: this.#servedAtMs.get(group),
    }));
  }

  /**
   * Another run of the same units may have taken them into its groups, where no worker of this batch looks. Once nothing
   * else is left here, half of those that wait come back.
   */
  async #takeBack(looks: readonly GroupLook[], nowMs: number): Promise<void> {
    if (looks.some(({ waiting }) => waiting > 0)) return;
    const { store, units, batchId } = this.#input;
    if ((await store.counts(batchId)).waiting === 0) return;
    const free = new Set(
      looks
        .filter(({ isPaused }) => !isPaused)
        .filter((look) => isStill(look, nowMs, this.#startMs) || look.servedAtMs !== undefined)
        .map(({ group }) => group),
    );
    const away: Required<Unit>[] = [];
    for await (const { key, group } of store.list({ batchId, states: ["waiting"] })) {
      const unit = units.get(key);
      if (unit !== undefined && unit.group !== group && free.has(unit.group)) away.push(unit);
    }
    const back = away.slice(0, Math.ceil(away.length / 2));
    if (back.length > 0) await store.add(back, { id: batchId });
  }

  async #waitingIn(group: string): Promise<readonly string[]> {
    const { store, batchId } = this.#input;
    const keys: string[] = [];
    for await (const unit of store.list({ batchId, states: ["waiting"] }))
      if (unit.group === group) keys.push(unit.key);
    return keys;
  }
}
