import { findWait } from "./retry-after.ts";

/** The reset time of a limit, as exact as the service gave it. */
export interface ResetTime {
  /**
   * The service's own words: `6:13 PM`, `Nov 25th, 2026 6:13 PM`, `3 days 5 hours 2 minutes`,
   * `2026-09-01 at 00:00 UTC`, or a number of seconds since 1970.
   */
  readonly text: string;
  /**
   * `second`: a timestamp. `minute`: day and minute are given, or the wait until then. `time-of-day`:
   * only the minute is given; the day is inferred.
   */
  readonly precision: "second" | "minute" | "time-of-day";
  /** Milliseconds since 1970; absent when the local clock was not given. */
  readonly atMs?: number;
}

/** The clock of the machine that Codex runs on, by which Codex writes times. */
export interface LocalClock {
  /** The present, in milliseconds since 1970. */
  readonly nowMs?: number;
  /** Minutes that local time is ahead of UTC at the reset: `-new Date().getTimezoneOffset()`. */
  readonly timeZoneOffsetMinutes?: number;
}

/**
 * Finds "try again at 6:13 PM", which Codex writes for a reset today, or "try again at Nov 25th, 2026 6:13 PM".
 * A bare time is its next occurrence: tomorrow, when this minute has passed today. Older releases write "try
 * again in 3 days 5 hours 2 minutes", which counts from the present.
 */
export function parseResetTime(sentence: string, clock: LocalClock): ResetTime | undefined {
  return parseLocalTime(sentence, clock) ?? parseWait(sentence, clock) ?? parseUtcTime(sentence);
}

function parseWait(sentence: string, { nowMs }: LocalClock): ResetTime | undefined {
  const wait = findWait(sentence);
  if (wait === undefined) return undefined;
  const { text, milliseconds } = wait;
  return { text, precision: "minute", ...(nowMs !== undefined && { atMs: nowMs + milliseconds }) };
}

/** "You will regain access on 2026-09-01 at 00:00 UTC." */
function parseUtcTime(sentence: string): ResetTime | undefined {
  const [, text, date, time] =
    /\bon ((\d{4}-\d{2}-\d{2}) at (\d{2}:\d{2}) UTC)/.exec(sentence) ?? [];
  const atMs = Date.parse(`${date}T${time}:00Z`);
  if (text === undefined || Number.isNaN(atMs)) return undefined;
  return { text, precision: "minute", atMs };
}

function parseLocalTime(sentence: string, clock: LocalClock): ResetTime | undefined {
  const groups = resetProse.exec(sentence)?.groups;
  if (groups === undefined) return undefined;
  const { text = "", month, day, year, hour, minute, half = "" } = groups;
  const minuteOfDay =
    (Number(hour) % 12) * 60 + Number(minute) + (half.toUpperCase() === "PM" ? 720 : 0);
  const precision = month === undefined ? "time-of-day" : "minute";
  const offset = clock.timeZoneOffsetMinutes;
  if (offset === undefined) return { text, precision };
  if (month !== undefined) {
    const localMidnight = Date.UTC(Number(year), months.indexOf(month.toLowerCase()), Number(day));
    return { text, precision, atMs: localMidnight + (minuteOfDay - offset) * minuteMs };
  }
  if (clock.nowMs === undefined) return { text, precision };
  return { text, precision, atMs: nextOccurrence(minuteOfDay, clock.nowMs, offset) };
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

const months: readonly string[] = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

const resetProse =
  /try again at (?<text>(?:(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (?<day>\d{1,2})(?:st|nd|rd|th), (?<year>\d{4}) )?(?<hour>\d{1,2}):(?<minute>\d{2}) (?<half>[AP]M))/i;

/** Codex drops the seconds, so the present minute has not passed. */
function nextOccurrence(minuteOfDay: number, nowMs: number, offset: number): number {
  const localNow = Math.floor(nowMs / minuteMs) + offset;
  const today = Math.floor(localNow / dayMinutes) * dayMinutes + minuteOfDay;
  return ((today < localNow ? today + dayMinutes : today) - offset) * minuteMs;
}
