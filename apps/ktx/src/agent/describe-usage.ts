import type { UsageWindow } from "@ktx/codex-runtime";

/** `93 % of the account's limit codex primary is used; it resets at 2033-05-18T03:33:20.000Z.` */
export function describeUsage({ name, usedPercent, resetsAtMs }: UsageWindow): string {
  const resets = resetsAtMs === undefined ? Number.NaN : new Date(resetsAtMs).getTime();
  const reset = Number.isNaN(resets) ? "" : `; it resets at ${new Date(resets).toISOString()}`;
  return `${usedPercent} % of the account's limit ${name} is used${reset}.`;
}
