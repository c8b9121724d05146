/** Who holds a state slot; the folder's name says it. */
export type SlotOwner =
  | { readonly state: "free" }
  /** Process ids mean something on one machine only, and containers may share a cache folder. */
  | { readonly state: "held"; readonly machine: string; readonly pid: number };

/** A folder name for a slot of this owner. `unique` sets it apart from others of the same owner. */
export function formatSlotName(owner: SlotOwner, unique: string): string {
  return owner.state === "free" ? `free-${unique}` : `${owner.machine}-${owner.pid}-${unique}`;
}

/** The owner that a folder's name tells of, or undefined for a name that is none of ours. */
export function parseSlotName(name: string): SlotOwner | undefined {
  if (/^free-\w+$/.test(name)) return { state: "free" };
  const [, machine, pid] = /^([0-9a-f]{8})-([1-9]\d*)-\w+$/.exec(name) ?? [];
  if (machine === undefined || pid === undefined) return undefined;
  return { state: "held", machine, pid: Number(pid) };
}
