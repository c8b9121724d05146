import { isJsonObject, type JsonObject } from "../json-object.ts";

/**
 * What an account has used of its limits: `rateLimits` of the app-server's
 * `account/rateLimits/updated` (0.163.0), in Codex's spelling. What was `null` is absent.
 */
export interface AccountLimits {
  /** Which limit this is, such as `codex`. An account may have several. */
  readonly limitId?: string;
  readonly limitName?: string;
  readonly primary?: LimitWindow;
  readonly secondary?: LimitWindow;
  readonly credits?: AccountCredits;
  /** What a workspace allows this member. */
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
  /** When the window begins again, in seconds since 1970. */
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
 * Reads `rateLimits`, or what this function gave before. A field of an unexpected type is absent;
 * `undefined` for what is no object. Never throws.
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
 * The limits after an update. Codex sends what has changed: what an update leaves out stays as it
 * was, as long as both are of the same limit.
 */
export function mergeAccountLimits(
  before: AccountLimits | undefined,
  update: AccountLimits,
): AccountLimits {
  return before?.limitId === update.limitId ? { ...before, ...update } : update;
}

/**
 * When an account that has used up a limit may go on, in seconds since 1970: when the last of its
 * used-up windows begins again. `undefined` where none is used up, as for credits.
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
