import type { Unit } from "../unit.ts";
import { checkName } from "./check-name.ts";
import { toJsonText } from "./to-json-text.ts";

/** A unit as a database keeps it, every value checked. */
export interface UnitRow {
  readonly key: string;
  readonly group: string;
  readonly weight: number;
  /** As JSON. */
  readonly payload: string;
}

/**
 * @throws {TypeError} for a payload that JSON cannot express, and for a key or a group that a database may change;
 * {RangeError} for a weight that is negative or not finite.
 */
export function toUnitRow({ key, group = "default", payload, weight = 1 }: Unit): UnitRow {
  checkName("the key of a unit", key);
  checkName(`the group of unit ${key}`, group);
  if (!(Number.isFinite(weight) && weight >= 0))
    throw new RangeError(`Expected the weight of unit ${key} to be from 0, got ${weight}.`);
  return { key, group, weight, payload: toJsonText(payload, `the payload of unit ${key}`) };
}
