import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { UnitOutcome, UnitStore } from "@ktx/batch";
import type { AgentLoopStep, LlmRuntime } from "@ktx/codex-runtime";
import { checkPageName } from "@ktx/wiki";
import type { z } from "zod";
import type { IngestModels } from "../ingest-options.ts";
import type { UnitRecipe } from "../plan/unit-key.ts";
import type { Decision } from "../reconcile/decision.ts";
import type { Patch } from "../reconcile/patch.ts";
import { runSet } from "../reconcile/run-set.ts";
import { loadRecipes } from "../run/recipes.ts";
import { runUnit } from "../run/run-unit.ts";
import { type OpenSnapshot, openSnapshot } from "../run/wiki-snapshot.ts";
import {
  type IngestWork,
  ingestWorkSchema,
  linesSchema,
  type WikiBlob,
  wikiBlobSchema,
} from "./ingest-work.ts";

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
  /** Runs one unit. The same result on every machine for the same payload and the same answers of the model. */
  readonly run: (
    unit: { readonly key: string; readonly payload: unknown },
    context: {
      readonly signal: AbortSignal;
      readonly onStep?: (step: AgentLoopStep) => void;
    },
  ) => Promise<UnitOutcome<Patch | Decision>>;
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
  const folder = await mkdtemp(join(tmpdir(), "ktx-worker-"));
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
    run: async ({ payload }, { signal, onStep = () => {} }) => {
      const read = ingestWorkSchema.safeParse(payload);
      if (!read.success)
        return refuse("Expected a unit of an ingest of this version of ktx, got another payload.");
      const work = read.data;
      const own = work.type === "read" ? recipes.unit : recipes.set;
      const problem = findOtherRecipe(work.recipe, own);
      if (problem !== undefined) return refuse(problem);
      const shared = {
        runtime,
        prompt: own.text,
        stepBudget: work.stepBudget,
        signal,
        onStep,
        now,
      };
      if (work.type === "compare")
        return await runSet({ ...shared, set: work.set, lines: await loadAll(work, load) });
      const lines = await load(work.lines, linesSchema);
      const { unit } = work;
      return await useWiki(work.wiki, (wiki) => runUnit({ ...shared, unit, lines, wiki }));
    },
    [Symbol.asyncDispose]: async () => {
      for (const { opened } of wikis.values())
        await opened.then(
          (wiki) => wiki[Symbol.asyncDispose](),
          () => {},
        );
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
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

function findOtherRecipe(planned: UnitRecipe, own: UnitRecipe): string | undefined {
  if (planned.model !== own.model)
    return `Expected the model ${planned.model}, for which the unit was planned; this worker has ${own.model}. Configure the same model.`;
  if (planned.prompt !== own.prompt || planned.tools !== own.tools)
    return "Expected the prompts and tools that the unit was planned with; this worker has others. Install the version of ktx that planned it.";
  return undefined;
}
