/** `0:07.3`, `12:05`, `1:02:03`: a time since the start. Pure. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = seconds % 60;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(Math.floor(rest))}`;
  return seconds < 60
    ? `0:${two(Math.floor(rest))}.${Math.floor((rest % 1) * 10)}`
    : `${minutes}:${two(Math.floor(rest))}`;
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}

/** `12 ms`, `1.5 s`, `2 min 5 s`, `1 h 2 min`. Pure. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `12,345`. Pure. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `1 step`, `2 steps`. Pure. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A value as text: a text as it is, anything else as JSON with two blanks. Pure. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, undefined, 2) ?? "";
  } catch {
    return String(value);
  }
}

/** The text without its middle beyond so many characters. Pure. */
export function bounded(text: string, most = 100_000): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}\n… ${count(text.length - 2 * half)} characters left out …\n${text.slice(-half)}`;
}
