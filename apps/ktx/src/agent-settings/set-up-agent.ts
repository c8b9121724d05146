import { mkdir, readdir, readFile, realpath, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { z } from "zod";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";
import { type AgentClient, type ClientSettings, settingsOf } from "./agent-client.ts";
import { findKtxCommand } from "./find-ktx-command.ts";
import { jsonSettings } from "./edit-json-settings.ts";
import { tomlSettings } from "./edit-toml-settings.ts";
import { SettingsRefusal } from "./settings-edit.ts";
import { readSettings, type SettingsFile, writeSettings } from "./settings-file.ts";
import { changeBetween, takeBack, type TextChange } from "./text-change.ts";

export interface SetUpAgentInput {
  readonly client: AgentClient;
  readonly undo: boolean;
  readonly projectDir?: string | undefined;
  readonly wikiDir?: string | undefined;
  /** Sees the change before it is made. False leaves the file as it is. */
  readonly confirm: (plan: AgentPlan) => Promise<boolean>;
}

/** The change of a client's settings file. */
export interface AgentPlan extends TextChange {
  readonly file: string;
  /** False where the entry starts ktx by its path on this machine, since no `ktx` is on the PATH. */
  readonly isOnPath: boolean;
  /** True for an undo that removes the file, which had nothing else. */
  readonly removesFile: boolean;
  /** The project that the entry has served, where the change takes it from another one. */
  readonly otherProject?: string;
  /** The project whose entry an undo puts back. */
  readonly restoredProject?: string;
}

/** The object that `ktx setup --agents <client> --json` prints. */
export interface AgentReport extends AgentPlan {
  readonly version: 1;
  readonly client: AgentClient;
  readonly outcome: "added" | "changed" | "removed" | "unchanged";
}

/** Adds the entry that lets a client start `ktx mcp`, or takes it back. Undefined where it was not confirmed. */
export async function setUpAgent(
  input: SetUpAgentInput,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<AgentReport | undefined> {
  const { client, undo, confirm, wikiDir } = input;
  const { directory: projectDir } = (await openProject(input.projectDir, io)).discovery;
  const ktx = await findKtxCommand(io.env);
  const settings = settingsOf(client, { projectDir, wikiDir, ktx }, io.env);
  const record = join(projectDir, ".ktx", "agents", `${client}.json`);
  try {
    const file = await readSettings(settings.file);
    const otherProject = await findOtherProject(file, settings, projectDir);
    const after = undo
      ? await textWithout(file, settings, record, otherProject)
      : editOf(settings).put(file.text ?? "", settings.entry);
    const change = changeBetween(file.text ?? "", after ?? "");
    const restoredProject = undo ? editOf(settings).projectOf(after ?? "") : undefined;
    const report = {
      version: 1,
      client,
      file: settings.file,
      ...change,
      isOnPath: ktx.isOnPath,
      removesFile: after === undefined && file.text !== undefined,
      ...(otherProject !== undefined && after !== file.text && { otherProject }),
      ...(restoredProject !== undefined && after !== file.text && { restoredProject }),
    } as const;
    if (after === file.text) return { ...report, outcome: "unchanged" };
    if (!(await confirm(report))) return undefined;
    io.signal.throwIfAborted();
    const made = undo ? await readRecord(record, file.path) : undefined;
    const newFolder = await writeSettings(file, after);
    if (!undo)
      await keepRecord(record, projectDir, file, { ...change, after: after ?? "", newFolder });
    else {
      if (after === undefined) await removeFolders(file.path, made?.newFolder);
      await forget(record, projectDir);
    }
    const isNew = change.removed === "" || !hasEntry(file.text ?? "", settings);
    return { ...report, outcome: undo ? "removed" : isNew ? "added" : "changed" };
  } catch (error) {
    if (!(error instanceof SettingsRefusal)) throw error;
    throw new CliError(
      { what: `${settings.file} ${error.message}`, exitCode: exitCodes.failed },
      { cause: error },
    );
  }
}

function hasEntry(text: string, settings: ClientSettings): boolean {
  try {
    return editOf(settings).remove(text) !== text;
  } catch (error) {
    // It has a form in which it cannot be removed alone.
    if (error instanceof SettingsRefusal) return true;
    throw error;
  }
}

function editOf({ format }: ClientSettings) {
  return format === "toml" ? tomlSettings : jsonSettings;
}

/** The project that the entry serves, where it is another one that still exists: Codex has one entry for all. */
async function findOtherProject(
  { text = "" }: SettingsFile,
  settings: ClientSettings,
  projectDir: string,
): Promise<string | undefined> {
  const served = editOf(settings).projectOf(text);
  if (served === undefined || served === projectDir) return undefined;
  const [real, own] = await Promise.all(
    [served, projectDir].map((folder) => realpath(folder).catch(() => undefined)),
  );
  return real === undefined || real === own ? undefined : served;
}

/** Undefined for a file that the entry alone has made. */
async function textWithout(
  { text, path }: SettingsFile,
  settings: ClientSettings,
  record: string,
  otherProject: string | undefined,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  if (otherProject !== undefined)
    throw new SettingsRefusal(
      `has the entry of another project, ${otherProject}, and stays as it is. Run the same command in that project.`,
    );
  const made = await readRecord(record, path);
  const edit = editOf(settings);
  const taken = made === undefined ? undefined : takeBack(text, made);
  const exact = taken === undefined ? undefined : edit.finishUndo(taken, text);
  if (made !== undefined && exact !== undefined)
    return exact === "" && made.created ? undefined : exact;
  return edit.remove(text);
}

const recordSchema = z.object({
  file: z.string(),
  removed: z.string(),
  added: z.string(),
  created: z.boolean(),
  /** The topmost folder that was made for the file. */
  newFolder: z.string().optional(),
});

/** A record of another file, or one that cannot be read, counts for nothing: the entry is then found by itself. */
async function readRecord(record: string, file: string) {
  try {
    const read = recordSchema.parse(JSON.parse(await readFile(record, "utf8")));
    return read.file === file ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The change as it was made, so that an undo is exact. Of a second change the first stays, with the new lines. */
async function keepRecord(
  record: string,
  projectDir: string,
  file: SettingsFile,
  {
    removed,
    added,
    after,
    newFolder,
  }: TextChange & { readonly after: string; readonly newFolder: string | undefined },
): Promise<void> {
  await mkdir(join(projectDir, ".ktx", "agents"), { recursive: true });
  const { ignoreFolder } = await import("@ktx/wiki");
  ignoreFolder(join(projectDir, ".ktx"));
  const earlier = await readRecord(record, file.path);
  const original =
    earlier === undefined || file.text === undefined ? undefined : takeBack(file.text, earlier);
  const made = {
    file: file.path,
    ...(original === undefined ? { removed, added } : changeBetween(original, after)),
    created: file.text === undefined || (original !== undefined && earlier?.created === true),
    newFolder: newFolder ?? earlier?.newFolder,
  };
  await writeFile(record, JSON.stringify(made), { mode: 0o600 });
}

/** Removes the record, and the folder `.ktx` where nothing else is in it. */
async function forget(record: string, projectDir: string): Promise<void> {
  await rm(record, { force: true });
  await removeEmpty(dirname(record));
  const folder = join(projectDir, ".ktx");
  const left = await readdir(folder).catch(() => []);
  if (left.join() === ".gitignore") await rm(folder, { recursive: true, force: true });
}

/** The folders that were made for a file, from the innermost one. */
async function removeFolders(file: string, topmost: string | undefined): Promise<void> {
  if (topmost === undefined || !file.startsWith(`${topmost}${sep}`)) return;
  for (let folder = dirname(file); folder.length >= topmost.length; folder = dirname(folder))
    await removeEmpty(folder);
}

/** A folder that has something in it stays. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
