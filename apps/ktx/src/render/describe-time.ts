import { countOf } from "@ktx/config";

/** `18:13`, or `2026-11-30 18:13` from 20 hours away, by the clock of this machine. Pure but for the time zone. */
export function describeTime(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  if (Number.isNaN(at.getTime())) return "an unknown time";
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (Math.abs(atMs - nowMs) < 20 * 3_600_000) return time;
  return `${at.toLocaleDateString("sv-SE")} ${time}`;
}

/** The time in seconds or minutes, such as `60 minutes`. */
export function describeSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 120 ? countOf(seconds, "second") : countOf(Math.ceil(seconds / 60), "minute");
}
