import type { UsageWindow } from "@ktx/codex-runtime";
import { describeTime } from "../render/describe-time.ts";

/** `93 % of the account's limit codex primary is used; it resets at 2033-05-18 03:33.` */
export function describeUsage(
  { name, usedPercent, resetsAtMs }: UsageWindow,
  nowMs: number = Date.now(),
): string {
  const isKnown = resetsAtMs !== undefined && !Number.isNaN(new Date(resetsAtMs).getTime());
  const reset = isKnown ? `; it resets at ${describeTime(resetsAtMs, nowMs)}` : "";
  return `${usedPercent} % of the account's limit ${name} is used${reset}.`;
}
