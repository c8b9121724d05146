import { isRecord } from "./is-record.ts";
import { refuse, type SimReply } from "./sim-reply.ts";

/**
 * A fault in place of, or on top of, the script's reply:
 * `rate-limit` 429 with `retry-after` · `cut` the reply's stream breaks off after its first half ·
 * `latency` the reply comes later · `refuse` an HTTP error · `drop` the connection is destroyed.
 */
export type SimFault = FaultTiming &
  (
    | { readonly kind: "rate-limit"; /** @default 1 */ readonly retryAfterSeconds?: number }
    | { readonly kind: "cut" }
    | { readonly kind: "latency"; readonly ms: number }
    | {
        readonly kind: "refuse";
        /** 400 to 599 */ readonly status: number;
        readonly message?: string;
      }
    | { readonly kind: "drop" }
  );

/** The requests that a fault meets. */
type FaultTiming =
  /** Each request with this probability, from 0 to 1. */
  | { readonly probability: number }
  /** Those with these numbers, counted from 0, as `index` of a request does. */
  | { readonly requests: readonly number[] };

export interface SimFaults {
  /** The first fault that meets a request is the one that it gets. */
  readonly faults: readonly SimFault[];
  /** Makes the same draws for the same order of requests. @default 1 */
  readonly seed?: number;
}

/** Chooses the fault of each request; every request takes one draw for each fault, so that they stay independent. */
export class FaultMode {
  #faults: readonly SimFault[] = [];
  #random: () => number = () => 1;

  /** Undefined for no faults. A new plan begins with its own seed. */
  set(plan: SimFaults | undefined): void {
    this.#faults = plan?.faults ?? [];
    this.#random = seededRandom(plan?.seed ?? 1);
  }

  next(index: number): SimFault | undefined {
    let met: SimFault | undefined;
    for (const fault of this.#faults) {
      const isHit =
        "requests" in fault ? fault.requests.includes(index) : this.#random() < fault.probability;
      if (isHit) met ??= fault;
    }
    return met;
  }
}

/** The reply with the fault in it. */
export function faultyReply(fault: SimFault, reply: SimReply): SimReply {
  switch (fault.kind) {
    case "rate-limit":
      return refuse(
        429,
        {
          error: { type: "rate_limit_exceeded", message: "Rate limit reached (a planned fault)." },
        },
        { "retry-after": String(fault.retryAfterSeconds ?? 1) },
      );
    case "refuse":
      return refuse(fault.status, {
        error: { type: "planned_fault", message: fault.message ?? "A planned fault." },
      });
    case "drop":
      return { type: "drop-connection" };
    case "latency":
      return reply.type === "stream"
        ? { ...reply, beforeHeadersMs: reply.beforeHeadersMs + fault.ms }
        : reply.type === "http"
          ? { ...reply, beforeHeadersMs: (reply.beforeHeadersMs ?? 0) + fault.ms }
          : reply;
    case "cut":
      return reply.type === "stream"
        ? {
            ...reply,
            items: reply.items.slice(0, Math.floor(reply.items.length / 2)),
            finish: "cut",
          }
        : { type: "drop-connection" };
    default:
      return fault satisfies never;
  }
}

/**
 * Checks a plan that came as JSON.
 *
 * @throws an error that says what was expected, and what came.
 */
export function parseFaults(value: unknown): SimFaults | undefined {
  if (value === null) return undefined;
  const faults = isRecord(value) ? value["faults"] : undefined;
  const seed = isRecord(value) ? value["seed"] : undefined;
  if (!Array.isArray(faults) || (seed !== undefined && !Number.isSafeInteger(seed)))
    throw new Error(
      `Expected null, or { "faults": […], "seed"?: a whole number }, got ${JSON.stringify(value)}.`,
    );
  return {
    faults: faults.map((fault: unknown, index) => parseFault(fault, index)),
    ...(typeof seed === "number" && { seed }),
  };
}

function parseFault(value: unknown, index: number): SimFault {
  const fault = isRecord(value) ? value : {};
  const { kind, probability, requests } = fault;
  const fail: Fail = (expected) => {
    throw new Error(`Fault ${index}: expected ${expected}, got ${JSON.stringify(value)}.`);
  };
  const timing: FaultTiming =
    typeof probability === "number" && probability >= 0 && probability <= 1
      ? { probability }
      : Array.isArray(requests) && requests.every(isCount)
        ? { requests }
        : fail("a `probability` from 0 to 1, or `requests` as a list of numbers from 0");
  if (!isFaultKind(kind)) return fail(`a \`kind\`: ${kindNames}`);
  return faultReaders[kind](fault, timing, fail);
}

type Fail = (expected: string) => never;

/** The reader of the fields of each kind. */
const faultReaders: Readonly<
  Record<
    SimFault["kind"],
    (fault: Readonly<Record<string, unknown>>, timing: FaultTiming, fail: Fail) => SimFault
  >
> = {
  "rate-limit": ({ retryAfterSeconds }, timing, fail) => {
    if (retryAfterSeconds === undefined) return { ...timing, kind: "rate-limit" };
    if (!isCount(retryAfterSeconds)) return fail("`retryAfterSeconds` as a whole number");
    return { ...timing, kind: "rate-limit", retryAfterSeconds };
  },
  cut: (_, timing) => ({ ...timing, kind: "cut" }),
  latency: ({ ms }, timing, fail) =>
    isCount(ms) ? { ...timing, kind: "latency", ms } : fail("`ms` as a whole number"),
  refuse: ({ status, message }, timing, fail) => {
    if (!isCount(status) || status < 400 || status > 599) return fail("a `status` of 400 to 599");
    return {
      ...timing,
      kind: "refuse",
      status,
      ...(typeof message === "string" && { message }),
    };
  },
  drop: (_, timing) => ({ ...timing, kind: "drop" }),
};

function isFaultKind(kind: unknown): kind is SimFault["kind"] {
  return typeof kind === "string" && Object.hasOwn(faultReaders, kind);
}

/** `"a", "b" or "c"` */
const kindNames = Object.keys(faultReaders)
  .map((kind) => `"${kind}"`)
  .join(", ")
  .replace(/, (?=[^,]*$)/, " or ");

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** mulberry32: numbers from 0 to below 1, the same for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
