import type { ServerEntry } from "./agent-client.ts";
import { startsKtxMcp } from "./find-ktx-command.ts";

/** The name of the entry in every client. */
export const entryName = "ktx";

/** A settings file that stays as it is, and why; the sentence begins with the file. */
export class SettingsRefusal extends Error {
  override readonly name = "SettingsRefusal";
}

/** Changes the entry `ktx` in the text of a settings file. All is pure, and throws a {@link SettingsRefusal}. */
export interface SettingsEdit {
  readonly put: (text: string, entry: ServerEntry) => string;
  readonly remove: (text: string) => string;
  /** The folder of the project that the entry names; undefined where it names none, or there is no entry. */
  readonly projectOf: (text: string) => string | undefined;
  /**
   * @param text the settings without the lines that a setup added.
   * @param whole the settings with them.
   * @returns the text without what was added to the entry since; undefined where these lines cannot be taken out alone.
   */
  readonly finishUndo: (text: string, whole: string) => string | undefined;
}

/** @throws {SettingsRefusal} for an entry of this name that somebody else has made. */
export function checkOurs(entry: unknown): void {
  if (!isRecord(entry) || !startsKtxMcp(entry["command"], entry["args"]))
    throw new SettingsRefusal(
      `has another MCP server with the name ${entryName}. Rename that entry first.`,
    );
}

/** The value of `--project-dir` in an entry. */
export function projectOfEntry(entry: unknown): string | undefined {
  const args: unknown = isRecord(entry) ? entry["args"] : undefined;
  if (!Array.isArray(args)) return undefined;
  const folder: unknown = args[args.indexOf("--project-dir") + 1];
  return args.includes("--project-dir") && typeof folder === "string" ? folder : undefined;
}

/** @throws {SettingsRefusal} where anything but the entry would have another value than before. */
export function checkRest(before: unknown, after: unknown, servers: string): void {
  if (!isSameRest(before, after, servers))
    throw new SettingsRefusal(
      "has a form in which the entry cannot be changed without a change of the rest. Change it by hand.",
    );
}

/** True where all but the entry has the same value. */
export function isSameRest(before: unknown, after: unknown, servers: string): boolean {
  return (
    JSON.stringify(withoutEntry(before, servers)) === JSON.stringify(withoutEntry(after, servers))
  );
}

function withoutEntry(settings: unknown, servers: string): unknown {
  if (!isRecord(settings)) return settings;
  const { [servers]: map, ...rest } = settings;
  if (!isRecord(map)) return settings;
  const { [entryName]: _, ...others } = map;
  return { ...rest, ...(Object.keys(others).length === 0 ? {} : { [servers]: others }) };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
