import { deepStrictEqual } from "node:assert/strict";
import type { Claim } from "../unit-store.ts";
import { batch, contractCase, leaseMs, type Scene } from "./contract-case.ts";
import type { MakeStore } from "./contract-case.ts";
import { UnitModel } from "./unit-model.ts";

/** One thing that happens to a store. Numbers out of range wrap around, so that any numbers make a step. */
export type ModelStep =
  | { readonly type: "add"; readonly unit: number }
  | {
      readonly type: "claim";
      readonly worker: number;
      /** True for a worker that has dropped the units that it ran. @default false */
      readonly hasDropped?: boolean;
    }
  | {
      readonly type: "heartbeat" | "complete" | "fail" | "retry-later" | "hold" | "release";
      /** One of all claims so far, lost ones included. */
      readonly claim: number;
    }
  | { readonly type: "pause"; readonly group: number; readonly ms: number }
  | { readonly type: "resume"; readonly group: number }
  | { readonly type: "retry"; readonly unit: number }
  | { readonly type: "advance"; readonly ms: number };

const groups = ["a", "b"];
const unitCount = 6;
const failure = { kind: "server", message: "The service failed." };

/**
 * Runs the steps on a store, over two handles, and on a simple model. Each step has to have the same answer on both.
 *
 * @throws {AssertionError} at the first difference.
 */
export async function replayOnModel(make: MakeStore, steps: readonly ModelStep[]): Promise<void> {
  await contractCase("", (scene) => replay(scene, steps)).run(make);
}

async function replay(scene: Scene, steps: readonly ModelStep[]): Promise<void> {
  const { store } = scene;
  const model = new UnitModel();
  const claims: Claim[] = [];
  for (const step of steps) await replayStep(scene, model, claims, step);
  for (const [key, expected] of model.units) {
    const [record] = await store.get([key]);
    deepStrictEqual(
      [record?.state, record?.attempt, record?.failures, record?.losses, record?.result],
      [expected.state, expected.attempt, expected.failures, expected.losses, expected.result],
    );
  }
}

async function replayStep(
  { store, other, advance, now }: Scene,
  model: UnitModel,
  claims: Claim[],
  step: ModelStep,
): Promise<void> {
  const nowMs = now();
  const retryAfterMs = 3_000;
  switch (step.type) {
    case "add": {
      const index = step.unit % unitCount;
      const group = groups[index % groups.length] ?? "";
      const unit = { key: `unit ${index}`, group, payload: index };
      const isNew = model.add(unit.key, group);
      deepStrictEqual(await store.add([unit], batch), {
        added: isNew ? 1 : 0,
        known: isNew ? 0 : 1,
      });
      return;
    }
    case "claim": {
      const worker = `worker ${step.worker % 3}`;
      const handle = step.worker % 2 === 0 ? store : other;
      const last = claims.findLast((claim) => claim.worker === worker && step.hasDropped !== true);
      const holding = new Set(last && [last.unit.key]);
      const answer = await handle.claim({ worker, leaseMs, holding: [...holding] });
      const got = answer.type === "claimed" ? answer.claim : undefined;
      const expected = model.claim(worker, leaseMs, nowMs, holding);
      deepStrictEqual(got && [got.unit.key, got.attempt, got.failures, got.losses], expected);
      if (got !== undefined) claims.push(got);
      return;
    }
    case "pause":
    case "resume": {
      const group = groups[step.group % groups.length] ?? "";
      const untilMs = step.type === "pause" ? nowMs + step.ms : undefined;
      model.pause(group, untilMs);
      if (untilMs === undefined) await other.resume(group);
      else await store.pause(group, { untilMs, reason: "Used up." });
      return;
    }
    case "retry": {
      const key = `unit ${step.unit % unitCount}`;
      deepStrictEqual(await store.retry([key]), model.retry(key) ? 1 : 0);
      return;
    }
    case "advance":
      advance(step.ms);
      return;
    case "heartbeat":
    case "complete":
    case "fail":
    case "retry-later":
    case "hold":
    case "release": {
      const claim = claims[claims.length === 0 ? 0 : step.claim % claims.length];
      if (claim === undefined) return;
      const answers = {
        heartbeat: () => store.heartbeat(claim),
        complete: () => store.complete(claim, { result: claim.attempt }),
        fail: () => store.fail(claim, { failure }),
        "retry-later": () => store.fail(claim, { failure, retryAfterMs }),
        hold: () => store.hold(claim, { reason: "Two answers." }),
        release: () => store.release(claim),
      };
      const { key } = claim.unit;
      const expected = model.end(
        step.type,
        { ...claim, key },
        { nowMs, retryAtMs: nowMs + retryAfterMs },
      );
      deepStrictEqual([step.type, await answers[step.type]()], [step.type, expected]);
      return;
    }
    default:
      return step satisfies never;
  }
}
