/**
 * Configuration as command-line arguments of Codex: `-c`, then a dotted key with a value in TOML, for
 * each setting. Omits undefined values. Pure.
 *
 * @throws {TypeError} naming the key, for a value that TOML cannot express.
 */
export function configArguments(config: Readonly<Record<string, unknown>>): readonly string[] {
  return settingsOf(config, "").flatMap((setting) => ["-c", setting]);
}

function settingsOf(table: object, path: string): readonly string[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const at = path === "" ? key : `${path}.${key}`;
    // Codex splits the key at each dot, so a table with any other key is one value.
    return isTable(value) &&
      Object.keys(value).some(isBareKey) &&
      Object.keys(value).every(isBareKey)
      ? settingsOf(value, at)
      : [`${at}=${tomlValue(value, at)}`];
  });
}

function tomlValue(value: unknown, at: string): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
    return String(value);
  if (Array.isArray(value))
    return `[${value.map((entry, index) => tomlValue(entry, `${at}[${index}]`)).join(", ")}]`;
  if (isTable(value)) return `{${inlineEntries(value, at).join(", ")}}`;
  throw new TypeError(
    `Expected the Codex setting \`${at}\` to be a text, a finite number, true, false, a list or an object, got ${String(value)}.`,
  );
}

function inlineEntries(table: object, at: string): readonly string[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) =>
    value === undefined
      ? []
      : [`${isBareKey(key) ? key : tomlString(key)} = ${tomlValue(value, `${at}.${key}`)}`],
  );
}

/** TOML has the escapes of JSON, except for a lone surrogate; and it requires an escaped DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\u007F", String.raw`\u007F`);
}

function isBareKey(key: string): boolean {
  return /^[\w-]+$/.test(key);
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
