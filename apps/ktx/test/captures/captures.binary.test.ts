import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { bin, openSandbox } from "../spawn-ktx.ts";
import { findBrokenWords, findLostWords } from "./check-lines.ts";
import { type LiveScene, liveScenes } from "./live-scenes.ts";
import { showCapture } from "./normalise.ts";
import { openScreen, type ScreenLine } from "./screen.ts";
import {
  codeScenes,
  database,
  playStatic,
  sampleProject,
  scriptedModel,
  staticScenes,
} from "./static-scenes.ts";

const widths = [40, 80, 120, 200] as const;
type Width = (typeof widths)[number];
/** A person reads the widest one as it was meant. */
const widest = 200;

const golden = (scene: string, columns: number): string =>
  join(import.meta.dirname, "goldens", scene, `${columns}.txt`);

/** The output of each static scene at one width. */
async function captureStatic(columns: number): Promise<ReadonlyMap<string, readonly ScreenLine[]>> {
  await using sandbox = await openSandbox("ktx-captures-");
  await using sim = await startCodexSim({ script: playStatic });
  using tables = new DatabaseSync(join(sandbox.project, database));
  tables.exec("create table orders (id integer primary key, buyer text)");
  const programs = join(sandbox.root, "bin");
  await mkdir(programs);
  await writeFile(join(programs, "ktx"), "", { mode: 0o755 });
  const list = join(sandbox.root, "scenes.txt");
  const wiki = join(import.meta.dirname, "../../assets/demo/wiki");
  await cp(wiki, join(sandbox.project, sampleProject, "wiki"), { recursive: true });
  const scenes = Object.entries(staticScenes);
  await writeFile(
    list,
    scenes
      .map(([, args]) => args.join("\t"))
      .join("\n")
      .replaceAll(scriptedModel, sim.baseUrl),
  );
  const screen = openScreen({
    columns,
    cwd: sandbox.project,
    env: { ...sandbox.env, PATH: `${programs}:${sandbox.env["PATH"]}` },
    args: [join(import.meta.dirname, "../many-commands.ts"), list],
  });
  expect(await screen.exitCode).toBe(0);
  const captures = splitCaptures(screen.lines());
  return new Map(scenes.map(([name], index) => [name, captures[index] ?? []]));
}

/** Each command line, with its output and exit code. */
function splitCaptures(lines: readonly ScreenLine[]): readonly (readonly ScreenLine[])[] {
  const captures: ScreenLine[][] = [];
  for (const line of lines) {
    if (line[0]?.startsWith("$ ktx") === true) captures.push([]);
    captures.at(-1)?.push(line);
  }
  return captures;
}

/** The output of a live scene at one width. */
async function captureLive(
  { script, args, act, files = {}, env = {}, stdin, answerOther }: LiveScene,
  columns: number,
): Promise<readonly ScreenLine[]> {
  await using sandbox = await openSandbox("ktx-captures-");
  await using sim = await startCodexSim({ script, ...(answerOther && { answerOther }) });
  for (const [name, text] of Object.entries(files)) {
    const path = join(sandbox.project, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const screen = openScreen({
    columns,
    cwd: sandbox.project,
    env: { ...sandbox.env, ...env },
    args: [bin, ...args(sim)],
    stdin,
  });
  const meanwhile = await act?.(screen, sim);
  const exitCode = await screen.exitCode;
  const end: readonly ScreenLine[] = [...screen.lines(), [`= ${exitCode}`]];
  return meanwhile === undefined ? end : [...meanwhile, ["…"], ...end];
}

const captured = await Promise.all(
  widths.map(async (columns) => ({ columns, lines: await captureStatic(columns) })),
);

describe.each(Object.keys(staticScenes))("%s", (scene) => {
  test.each(widths)("no word is broken or lost in %i columns", async (columns) => {
    const at = (width: Width): readonly ScreenLine[] =>
      captured
        .find((one) => one.columns === width)
        ?.lines.get(scene)
        ?.slice(1) ?? [];
    const code = codeScenes.has(scene) ? at(columns).map((rows) => rows.join("").trim()) : [];
    const problems = findProblems(columns, at, code);
    expect(problems).toEqual({ isEmpty: false, broken: [], lost: [] });
    await expect(showCapture(at(columns))).toMatchFileSnapshot(golden(scene, columns));
  });
});

describe.each(Object.entries(liveScenes))("%s", (name, scene) => {
  test("no word is broken or lost at any width", async () => {
    const captures = new Map(
      await Promise.all(
        widths.map(async (columns) => [columns, await captureLive(scene, columns)] as const),
      ),
    );
    const at = (width: Width): readonly ScreenLine[] => captures.get(width) ?? [];
    for (const columns of widths) {
      const problems = findProblems(columns, at, scene.code);
      expect(problems).toEqual({ isEmpty: false, broken: [], lost: [] });
      await expect(showCapture(at(columns))).toMatchFileSnapshot(golden(name, columns));
    }
  });
});

function findProblems(
  columns: Width,
  at: (width: Width) => readonly ScreenLine[],
  code?: readonly string[],
) {
  const lines = at(columns);
  return {
    isEmpty: lines.length === 0,
    broken: findBrokenWords(lines, columns, code),
    lost: findLostWords(at(widest), lines),
  };
}
