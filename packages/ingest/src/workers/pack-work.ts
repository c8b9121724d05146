import { StoreError, type UnitStore } from "@ktx/batch";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import type { UnitRecipe } from "../plan/unit-key.ts";
import type { SourceText } from "../read/source-text.ts";
import type { ConflictSet } from "../reconcile/conflict-sets.ts";
import type { IngestWork, WikiBlob } from "./ingest-work.ts";

/** Makes the payloads of units; their texts go into blobs of the store, each once. */
export interface WorkPacker {
  readonly read: (unit: PlannedUnit) => Promise<IngestWork>;
  readonly compare: (set: ConflictSet) => Promise<IngestWork>;
}

export interface WorkPackerInput {
  readonly store: Pick<UnitStore, "putBlob">;
  readonly sources: ReadonlyMap<string, Pick<SourceText, "lines">>;
  readonly wiki: {
    readonly startedAtMs: number;
    /** The pages' Markdown by name. */
    readonly texts: ReadonlyMap<string, string>;
  };
  readonly recipes: { readonly unit: UnitRecipe; readonly set: UnitRecipe };
  readonly stepBudget: number;
}

export function createWorkPacker(input: WorkPackerInput): WorkPacker {
  const { store, sources, wiki, recipes, stepBudget } = input;
  const known = new Map<string, Promise<string>>();
  const put = (name: string, value: () => unknown): Promise<string> => {
    const address = known.get(name) ?? store.putBlob(toBlob(name, value()));
    known.set(name, address);
    return address;
  };
  const putLines = (path: string): Promise<string> =>
    put(`source ${path}`, () => sources.get(path)?.lines ?? []);
  const putWiki = (): Promise<string> =>
    put("wiki", (): WikiBlob => {
      const names = [...wiki.texts.keys()].toSorted();
      const texts = Object.fromEntries(names.map((name) => [name, wiki.texts.get(name) ?? ""]));
      return { startedAtMs: wiki.startedAtMs, texts };
    });
  return {
    read: async (unit) => ({
      version: 1,
      type: "read",
      recipe: bare(recipes.unit),
      stepBudget,
      unit,
      lines: await put(`part ${unit.key}`, () =>
        (sources.get(unit.source)?.lines ?? []).slice(unit.from - 1, unit.to),
      ),
      wiki: await putWiki(),
    }),
    compare: async (set) => {
      const cited = set.claims.flatMap(({ citations }) => citations.map(({ source }) => source));
      const paths = [...new Set(cited)].filter((path) => sources.has(path)).toSorted();
      const lines: Record<string, string> = {};
      for (const path of paths) lines[path] = await putLines(path);
      return { version: 1, type: "compare", recipe: bare(recipes.set), stepBudget, set, lines };
    },
  };
}

/** The most bytes of one text in the store. */
const maxBlobBytes = 64_000_000;

/** @throws {StoreError} for a text that is too big for a store that others share. */
function toBlob(name: string, value: unknown): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  if (bytes.length <= maxBlobBytes) return bytes;
  const size = Math.ceil(bytes.length / 1e6);
  throw new StoreError(
    "full",
    `Expected at most ${maxBlobBytes / 1e6} MB for one text in the store, got ${size} MB for the ${name}. Ingest it without a shared store, or split it.`,
  );
}

function bare({ prompt, tools, model }: UnitRecipe): UnitRecipe {
  return { prompt, tools, model };
}
