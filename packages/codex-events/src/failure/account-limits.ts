import { isJsonObject, type JsonObject } from "../json-object.ts";

/**
 * The use of an account's limits: `rateLimits` of the app-server's `account/rateLimits/updated` (0.163.0), in
 * Codex's spelling. A field that was `null` is absent.
 */
export interface AccountLimits {
  /** The id of the limit, such as `codex`. An account may have several. */
  readonly limitId?: string;
  readonly limitName?: string;
  readonly primary?: LimitWindow;
  readonly secondary?: LimitWindow;
  readonly credits?: AccountCredits;
  /** The allowance of this member of a workspace. */
  readonly individualLimit?: IndividualLimit;
  readonly spendControlReached?: boolean;
  readonly planType?: string;
  /** `rate_limit_reached`, `workspace_owner_credits_depleted`, …. */
  readonly rateLimitReachedType?: string;
}

export interface LimitWindow {
  /** 0 to 100. */
  readonly usedPercent: number;
  /** The length of the window, in minutes. */
  readonly windowDurationMins?: number;
  /** The start of the next window, in seconds since 1970. */
  readonly resetsAt?: number;
}

export interface AccountCredits {
  readonly hasCredits?: boolean;
  readonly unlimited?: boolean;
  readonly balance?: string;
}

export interface IndividualLimit {
  readonly limit?: string;
  readonly used?: string;
  /** 0 to 100. */
  readonly remainingPercent: number;
  /** In seconds since 1970. */
  readonly resetsAt?: number;
}

/**
 * Reads `rateLimits`, or the return value of this function. A field of an unexpected type is absent;
 * `undefined` for a value that is not an object. Never throws.
 */
export function parseAccountLimits(value: unknown): AccountLimits | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    ...pick(value, ["limitId", "limitName", "planType", "rateLimitReachedType"], text),
    ...pick(value, ["primary", "secondary"], readWindow),
    ...pick(value, ["credits"], readCredits),
    ...pick(value, ["individualLimit"], readIndividual),
    ...pick(value, ["spendControlReached"], flag),
  };
}

/**
 * The limits after an update. Codex sends the changed fields: a field that an update leaves out keeps its
 * value, as long as both are of the same limit.
 */
export function mergeAccountLimits(
  before: AccountLimits | undefined,
  update: AccountLimits,
): AccountLimits {
  return before?.limitId === update.limitId ? { ...before, ...update } : update;
}

/**
 * The time at which an account with a used-up limit may continue, in seconds since 1970: the reset of the last
 * of its used-up windows. `undefined` when no window is used up, as for credits.
 */
export function findLimitReset(limits: AccountLimits): number | undefined {
  const { primary, secondary, individualLimit } = limits;
  const windows = [primary, secondary].filter((window) => (window?.usedPercent ?? 0) >= 100);
  const individual = (individualLimit?.remainingPercent ?? 100) <= 0 ? [individualLimit] : [];
  const resets = [...windows, ...individual].flatMap((used) => used?.resetsAt ?? []);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function readWindow(value: unknown): LimitWindow | undefined {
  if (!isJsonObject(value) || typeof value["usedPercent"] !== "number") return undefined;
  return {
    usedPercent: value["usedPercent"],
    ...pick(value, ["windowDurationMins", "resetsAt"], number),
  };
}

function readCredits(value: unknown): AccountCredits | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    ...pick(value, ["hasCredits", "unlimited"], flag),
    ...pick(value, ["balance"], text),
  };
}

function readIndividual(value: unknown): IndividualLimit | undefined {
  if (!isJsonObject(value) || typeof value["remainingPercent"] !== "number") return undefined;
  return {
    remainingPercent: value["remainingPercent"],
    ...pick(value, ["limit", "used"], text),
    ...pick(value, ["resetsAt"], number),
  };
}

type Picked<Name extends string, Value> = { readonly [name in Name]?: Value };

function pick<Name extends string, Value>(
  object: JsonObject,
  names: readonly Name[],
  read: (value: unknown) => Value | undefined,
): Picked<Name, Value> {
  const picked: { [name in Name]?: Value } = {};
  for (const name of names) {
    const value = read(object[name]);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
const number = (value: unknown): number | undefined =>
  typeof value === "number" ? value : undefined;
const flag = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;
