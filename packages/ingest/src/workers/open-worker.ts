import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreError, type UnitOutcome, type UnitStore } from "@ktx/batch";
import type { AgentLoopStep, LlmRuntime } from "@ktx/codex-runtime";
import { checkPageName } from "@ktx/wiki";
import type { z } from "zod";
import type { IngestModels } from "../ingest-options.ts";
import { type UnitRecipe, unitKey } from "../plan/unit-key.ts";
import { readerOf } from "../read/read-source.ts";
import type { Decision } from "../reconcile/decision.ts";
import type { Patch } from "../reconcile/patch.ts";
import { runSet, setKey } from "../reconcile/run-set.ts";
import { loadRecipes, type Recipes } from "../run/recipes.ts";
import { runUnit } from "../run/run-unit.ts";
import { type OpenSnapshot, openSnapshot } from "../run/wiki-snapshot.ts";
import {
  type IngestWork,
  ingestWorkSchema,
  linesSchema,
  type WikiBlob,
  wikiBlobSchema,
} from "./ingest-work.ts";
import { openWorkerFolder } from "./worker-folder.ts";

export interface IngestWorkerOptions {
  /** The store that has the units, and the blobs of their texts. */
  readonly store: Pick<UnitStore, "getBlob">;
  readonly runtime: Pick<LlmRuntime, "runAgentLoop">;
  /** The models of the runtime's roles. A unit that was planned for another model is refused. */
  readonly models: IngestModels;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Runs units of ingests that another process plans and applies. It reads no file of the project. */
export interface IngestWorker extends AsyncDisposable {
  /** The reason why this version, with these models, would give the unit another key; undefined where it would not. */
  readonly findRefusal: (unit: StoredUnit) => Promise<string | undefined>;
  /** Runs one unit. The same result on every machine for the same payload and the same answers of the model. */
  readonly run: (
    unit: StoredUnit,
    context: {
      readonly signal: AbortSignal;
      readonly onStep?: (step: AgentLoopStep) => void;
    },
  ) => Promise<UnitOutcome<Patch | Decision>>;
}

interface StoredUnit {
  readonly key: string;
  readonly payload: unknown;
}

/** Wikis that are kept open; units of one run share one. */
const keptWikis = 4;

interface SharedWiki {
  readonly opened: Promise<OpenSnapshot>;
  /** Units that read it now. */
  users: number;
}

async function isBroken({ opened }: SharedWiki): Promise<boolean> {
  return await opened.then(
    () => false,
    () => true,
  );
}

/** Opens a worker. It keeps the wikis of the last runs in a temporary folder, which goes with it. */
export async function openIngestWorker(options: IngestWorkerOptions): Promise<IngestWorker> {
  const { store, runtime, models, now = () => Date.now() } = options;
  const recipes = await loadRecipes(models);
  const files = await openWorkerFolder();
  const folder = files.path;
  const wikis = new Map<string, SharedWiki>();

  const load = async <Value>(address: string, schema: z.ZodType<Value>): Promise<Value> => {
    const bytes = await store.getBlob(address);
    if (bytes === undefined)
      throw new Error(`The store has no blob ${address}. Start the ingest again.`);
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  };
  const useWiki = async <Value>(
    address: string,
    use: (wiki: OpenSnapshot) => Promise<Value>,
  ): Promise<Value> => {
    const shared = wikis.get(address) ?? {
      opened: load(address, wikiBlobSchema).then((wiki) =>
        unpackWiki(join(folder, address.replace(":", "-")), wiki),
      ),
      users: 0,
    };
    // The one that was used last stands last.
    wikis.delete(address);
    wikis.set(address, shared);
    shared.users += 1;
    try {
      return await use(await shared.opened);
    } catch (error) {
      if (await isBroken(shared)) wikis.delete(address);
      throw error;
    } finally {
      shared.users -= 1;
      for (const [old, { opened, users }] of [...wikis].slice(0, -keptWikis)) {
        if (users > 0) continue;
        wikis.delete(old);
        await (await opened)[Symbol.asyncDispose]();
        await rm(join(folder, old.replace(":", "-")), { recursive: true, force: true });
      }
    }
  };

  return {
    findRefusal: async ({ key, payload }) => {
      const checked = checkWork(payload, recipes);
      if ("problem" in checked) return checked.problem;
      const { work } = checked;
      // A blob that is missing is a failure of the run, which says so.
      const lines =
        work.type === "read"
          ? await load(work.lines, linesSchema).catch(passStoreErrors)
          : undefined;
      return findOtherKey(key, work, recipes, lines);
    },
    run: async ({ key, payload }, { signal, onStep = () => {} }) => {
      const checked = checkWork(payload, recipes);
      if ("problem" in checked) return refuse(checked.problem);
      const { work, own } = checked;
      const shared = {
        runtime,
        prompt: own.text,
        stepBudget: work.stepBudget,
        signal,
        onStep,
        now,
      };
      const part = work.type === "read" ? await load(work.lines, linesSchema) : undefined;
      const problem = findOtherKey(key, work, recipes, part);
      if (problem !== undefined) return refuse(problem);
      if (work.type === "compare")
        return await runSet({ ...shared, set: work.set, lines: await loadAll(work, load) });
      const { unit } = work;
      // Numbers of lines count from the start of the source.
      const lines = [...Array<string>(unit.from - 1).fill(""), ...(part ?? [])];
      return await useWiki(work.wiki, (wiki) => runUnit({ ...shared, unit, lines, wiki }));
    },
    [Symbol.asyncDispose]: async () => {
      for (const { opened } of wikis.values())
        await opened.then(
          (wiki) => wiki[Symbol.asyncDispose](),
          () => {},
        );
      await files[Symbol.asyncDispose]();
    },
  };
}

/** A store that cannot be reached is no fault of the unit. */
function passStoreErrors(error: unknown): undefined {
  if (error instanceof StoreError) throw error;
}

async function loadAll(
  { lines }: Extract<IngestWork, { readonly type: "compare" }>,
  load: <Value>(address: string, schema: z.ZodType<Value>) => Promise<Value>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const texts = new Map<string, readonly string[]>();
  for (const [path, address] of Object.entries(lines))
    texts.set(path, await load(address, linesSchema));
  return texts;
}

/** The page names come from another machine: only one that stays inside, on every system, becomes a file. */
async function unpackWiki(
  projectDir: string,
  { startedAtMs, texts }: WikiBlob,
): Promise<OpenSnapshot> {
  await mkdir(join(projectDir, "wiki"), { recursive: true });
  const pages = new Map<string, string>();
  for (const [name, text] of Object.entries(texts)) {
    if (!isPageName(name)) continue;
    const file = join(projectDir, "wiki", name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    pages.set(name, text);
  }
  return await openSnapshot({ projectDir, texts: pages, startedAtMs });
}

function isPageName(name: string): boolean {
  try {
    return checkPageName(name) === name;
  } catch {
    return false;
  }
}

/** The unit goes back as it was, and the worker ends: it would refuse each unit of this plan. */
function refuse(message: string): UnitOutcome<never> {
  return { type: "blocked", failure: { kind: "other-version", message } };
}

type CheckedWork =
  | { readonly problem: string }
  | { readonly work: IngestWork; readonly own: Recipes["unit"] };

function checkWork(payload: unknown, recipes: Recipes): CheckedWork {
  const read = ingestWorkSchema.safeParse(payload);
  if (!read.success)
    return {
      problem: "Expected a unit of an ingest of this version of ktx, got another payload.",
    };
  const work = read.data;
  const own = work.type === "read" ? recipes.unit : recipes.set;
  const problem = findOtherRecipe(work.recipe, own);
  return problem === undefined ? { work, own } : { problem };
}

/** @param lines of the unit's part; undefined where they are not known. */
function findOtherKey(
  key: string,
  work: IngestWork,
  { unit: recipe, set }: Recipes,
  lines: readonly string[] | undefined,
): string | undefined {
  if (work.type === "compare")
    return setKey(work.set, set) === key
      ? undefined
      : "This version of ktx would give the set of claims another key. Install the version of ktx that planned it.";
  if (lines === undefined) return undefined;
  const { source: path, kind } = work.unit;
  const own = unitKey({ path, reader: readerOf(kind), lines }, recipe);
  return own === key
    ? undefined
    : `This version of ktx, which reads ${kind} files with ${readerOf(kind)}, would give the unit another key. Install the version of ktx that planned it.`;
}

function findOtherRecipe(planned: UnitRecipe, own: UnitRecipe): string | undefined {
  if (planned.model !== own.model)
    return `Expected the model ${planned.model}, for which the unit was planned; this worker has ${own.model}. Configure the same model.`;
  if (planned.prompt !== own.prompt || planned.tools !== own.tools)
    return "Expected the prompts and tools that the unit was planned with; this worker has others. Install the version of ktx that planned it.";
  return undefined;
}
