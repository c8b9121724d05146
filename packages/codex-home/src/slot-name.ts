/** The holder of a state slot, encoded in the folder's name. */
export type SlotOwner =
  | { readonly state: "free" }
  /** Process ids are valid on one machine only, and containers may share a cache folder. */
  | { readonly state: "held"; readonly machine: string; readonly pid: number };

/** A folder name for a slot of this owner. `unique` distinguishes slots of one owner. */
export function formatSlotName(owner: SlotOwner, unique: string): string {
  return owner.state === "free" ? `free-${unique}` : `${owner.machine}-${owner.pid}-${unique}`;
}

/** The owner encoded in a folder's name; undefined for any other name. */
export function parseSlotName(name: string): SlotOwner | undefined {
  if (/^free-\w+$/.test(name)) return { state: "free" };
  const [, machine, pid] = /^([0-9a-f]{8})-([1-9]\d*)-\w+$/.exec(name) ?? [];
  if (machine === undefined || pid === undefined) return undefined;
  return { state: "held", machine, pid: Number(pid) };
}
