import type { Claim, UnitStore } from "../unit-store.ts";
import type { BatchClock } from "./batch-clock.ts";
import type { BatchNews } from "./batch-event.ts";
import type { LimitPolicy } from "./batch-options.ts";
import {
  countUnknownEnd,
  decidePauseEnd,
  type GroupGate,
  isShut,
  isTooLong,
  leaveGate,
  openGate,
  passGate,
  probingGate,
  syncGate,
} from "./group-gate.ts";
import type { UnitLimit } from "./unit-outcome.ts";

export interface GroupGatesInput {
  readonly store: UnitStore;
  readonly groups: ReadonlySet<string>;
  readonly policy: Required<LimitPolicy>;
  readonly clock: BatchClock;
  readonly tell: (news: BatchNews) => void;
}

/** The gates of a run's groups, held against the pauses of the store, which all workers see. */
export class GroupGates {
  readonly #input: GroupGatesInput;
  readonly #gates = new Map<string, GroupGate>();
  /** Groups whose limit lasts longer than this run waits. */
  readonly #left = new Set<string>();
  readonly #lastTicks = new Map<string, number>();

  constructor(input: GroupGatesInput) {
    this.#input = input;
  }

  get hasLeft(): boolean {
    return this.#left.size > 0;
  }

  /**
   * Ends the pauses of earlier runs: a limit may have been lifted, or be that of another account. One unit of each group
   * goes first, and the group pauses again where it meets the limit.
   */
  async askAgain(): Promise<void> {
    const { store, groups, clock } = this.#input;
    for (const { group } of await store.paused()) {
      if (!groups.has(group)) continue;
      await store.resume(group);
      this.#gates.set(group, { ...probingGate, lastPauseEndMs: clock.now() });
    }
  }

  /** Takes over the pauses of the store, and emits an event for each beginning and end. */
  async sync(): Promise<void> {
    const { store, groups, clock } = this.#input;
    const pauses = new Map((await store.paused()).map((pause) => [pause.group, pause]));
    const nowMs = clock.now();
    const concerned = new Set([...pauses.keys(), ...this.#gates.keys()]);
    for (const group of concerned.intersection(groups)) {
      const gate = this.#gateOf(group);
      const next = syncGate(gate, pauses.get(group), nowMs);
      this.#gates.set(group, next);
      this.#tellChange(group, gate, next, nowMs);
    }
  }

  /** The groups that units may be claimed from; undefined for all. */
  passable(): readonly string[] | undefined {
    const nowMs = this.#input.clock.monotonicNow();
    const shut = [...this.#gates].filter(
      ([group, gate]) => this.#left.has(group) || isShut(gate, nowMs, this.#input.policy),
    );
    if (shut.length === 0) return undefined;
    return [...this.#input.groups.difference(new Set(shut.map(([group]) => group)))];
  }

  /** True while a group waits for its probe. */
  isProbing(): boolean {
    const nowMs = this.#input.clock.monotonicNow();
    return [...this.#gates.values()].some((gate) => isShut(gate, nowMs, this.#input.policy));
  }

  /** Milliseconds until the next tick or the end of a probe; undefined where there is neither. */
  delayMs(): number | undefined {
    const { policy, clock } = this.#input;
    const delays = [...this.#gates].flatMap(([group, gate]) => {
      if (gate.phase === "paused") return this.#left.has(group) ? [] : [policy.tickMs];
      if (!isShut(gate, clock.monotonicNow(), policy)) return [];
      return [policy.probeMs];
    });
    return delays.length === 0 ? undefined : Math.max(10, Math.min(...delays));
  }

  pass({ unit }: Claim): void {
    const gate = this.#gateOf(unit.group);
    if (gate.phase === "probing")
      this.#gates.set(unit.group, passGate(gate, unit.key, this.#input.clock.monotonicNow()));
  }

  /** Notes the end of a unit that met no limit. */
  leave({ unit }: Pick<Claim, "unit">, isEvidence: boolean): void {
    const gate = this.#gates.get(unit.group);
    if (gate !== undefined) this.#gates.set(unit.group, leaveGate(gate, unit.key, isEvidence));
  }

  /** Notes the limit that a unit met; the returned function pauses the group for all workers, and may be called again. */
  shut({ unit }: Claim, limit: UnitLimit, startedAtMs: number): () => Promise<void> {
    const { store, clock, policy } = this.#input;
    this.leave({ unit }, false);
    const gate = this.#gateOf(unit.group);
    const nowMs = clock.now();
    const untilMs = decidePauseEnd(gate, limit, startedAtMs, nowMs, policy);
    if (untilMs === undefined) return async () => {};
    const isKnown = limit.untilMs === untilMs;
    this.#gates.set(unit.group, isKnown ? gate : countUnknownEnd(gate));
    return () => store.pause(unit.group, { untilMs, reason: limit.message });
  }

  #gateOf(group: string): GroupGate {
    return this.#gates.get(group) ?? openGate;
  }

  #tellChange(group: string, before: GroupGate, after: GroupGate, nowMs: number): void {
    const { tell, policy } = this.#input;
    if (after.phase !== "paused") {
      if (before.phase !== "paused") return;
      this.#left.delete(group);
      tell({ type: "wait_finished", group, waitedMs: Math.max(0, nowMs - before.sinceMs) });
      return;
    }
    const { untilMs, reason } = after.pause;
    if (before.phase !== "paused" || before.pause.untilMs !== untilMs) {
      const willWait = !isTooLong(after.pause, nowMs, policy);
      if (willWait) this.#left.delete(group);
      else this.#left.add(group);
      this.#lastTicks.set(group, nowMs);
      tell({ type: "wait_started", group, untilMs, reason, willWait });
    } else if (!this.#left.has(group)) this.#tick(group, untilMs, nowMs);
  }

  #tick(group: string, untilMs: number, nowMs: number): void {
    const sinceMs = nowMs - (this.#lastTicks.get(group) ?? 0);
    // Also after the clock was set back.
    if (sinceMs >= 0 && sinceMs < this.#input.policy.tickMs) return;
    this.#lastTicks.set(group, nowMs);
    const remainingMs = Math.max(0, untilMs - nowMs);
    this.#input.tell({ type: "wait_tick", group, untilMs, remainingMs });
  }
}
