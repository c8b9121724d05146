import type { UnitState } from "../unit.ts";

/** A unit of the model. */
export interface ModelUnit {
  readonly group: string;
  state: UnitState;
  attempt: number;
  failures: number;
  losses: number;
  worker: string | undefined;
  dueAtMs: number;
  result: unknown;
}

export type ModelEnd = "heartbeat" | "complete" | "fail" | "retry-later" | "hold" | "release";

/** The states of units as the contract describes them, in the simplest form. */
export class UnitModel {
  /** In the order in which they were added. */
  readonly units: Map<string, ModelUnit> = new Map();
  readonly #pauses = new Map<string, number>();

  add(key: string, group: string): boolean {
    if (this.units.has(key)) return false;
    this.units.set(key, {
      group,
      state: "waiting",
      attempt: 0,
      failures: 0,
      losses: 0,
      worker: undefined,
      dueAtMs: 0,
      result: undefined,
    });
    return true;
  }

  claim(
    worker: string,
    leaseMs: number,
    nowMs: number,
    holding: ReadonlySet<string> = new Set(),
  ): readonly [string, number, number, number] | undefined {
    const due = [...this.units]
      .filter(
        ([key, unit]) =>
          (unit.state === "waiting" || unit.state === "running") &&
          !holding.has(key) &&
          unit.dueAtMs <= nowMs &&
          (this.#pauses.get(unit.group) ?? 0) <= nowMs,
      )
      .toSorted(([, a], [, b]) => a.dueAtMs - b.dueAtMs);
    const [first] = due;
    if (first === undefined) return undefined;
    const [key, unit] = first;
    if (unit.state === "running" && unit.worker !== worker) unit.losses += 1;
    unit.attempt += 1;
    Object.assign(unit, { state: "running", worker, dueAtMs: nowMs + leaseMs });
    return [key, unit.attempt, unit.failures, unit.losses];
  }

  end(
    type: ModelEnd,
    claim: { readonly key: string; readonly attempt: number; readonly leaseMs: number },
    { nowMs, retryAtMs }: { readonly nowMs: number; readonly retryAtMs: number },
  ): boolean {
    const unit = this.units.get(claim.key);
    if (unit?.attempt !== claim.attempt) return false;
    if (unit.state !== "running") return unit.state === "done" && type === "complete";
    switch (type) {
      case "heartbeat":
        unit.dueAtMs = nowMs + claim.leaseMs;
        return true;
      case "complete":
        Object.assign(unit, { state: "done", result: claim.attempt });
        return true;
      case "fail":
      case "retry-later":
        unit.failures += 1;
        unit.state = type === "fail" ? "failed" : "waiting";
        unit.dueAtMs = retryAtMs;
        return true;
      case "hold":
        unit.state = "held";
        return true;
      case "release":
        Object.assign(unit, { state: "waiting", dueAtMs: 0 });
        return true;
      default:
        return type satisfies never;
    }
  }

  retry(key: string): boolean {
    const unit = this.units.get(key);
    if (unit?.state !== "failed" && unit?.state !== "held") return false;
    Object.assign(unit, { state: "waiting", dueAtMs: 0, failures: 0, losses: 0 });
    return true;
  }

  /** Undefined ends the pause. */
  pause(group: string, untilMs: number | undefined): void {
    if (untilMs === undefined) this.#pauses.delete(group);
    else this.#pauses.set(group, Math.max(untilMs, this.#pauses.get(group) ?? 0));
  }
}
