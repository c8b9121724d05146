import { z } from "zod";
import { type OutlineEntry, type ReadText, toLines } from "./source-text.ts";

interface DbtColumn {
  readonly name: string;
  readonly description: string;
  readonly data_type?: string | null | undefined;
}

/** One model or source of a manifest, with what was read of it. */
interface DbtNode {
  readonly id: string;
  readonly name: string;
  readonly resource_type: string;
  readonly description: string;
  readonly schema?: string | null | undefined;
  readonly original_file_path?: string | null | undefined;
  readonly columns: Readonly<Record<string, DbtColumn>>;
  readonly depends_on: { readonly nodes: readonly string[] };
  readonly raw_code?: string | null | undefined;
  readonly raw_sql?: string | null | undefined;
}

export interface DbtManifest {
  readonly nodes: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, unknown>>;
}

const column = z.object({
  name: z.string(),
  description: z.string().catch(""),
  data_type: z.string().nullish().catch(undefined),
});

const node: z.ZodType<Omit<DbtNode, "id">> = z.object({
  name: z.string(),
  resource_type: z.string().catch("node"),
  description: z.string().catch(""),
  schema: z.string().nullish().catch(undefined),
  original_file_path: z.string().nullish().catch(undefined),
  columns: z.record(z.string(), column).catch({}),
  depends_on: z.object({ nodes: z.array(z.string()).catch([]) }).catch({ nodes: [] }),
  raw_code: z.string().nullish().catch(undefined),
  raw_sql: z.string().nullish().catch(undefined),
});

const manifest: z.ZodType<DbtManifest> = z.object({
  metadata: z.object({ dbt_schema_version: z.string() }),
  nodes: z.record(z.string(), z.unknown()),
  sources: z.record(z.string(), z.unknown()).catch({}),
});

export function isDbtManifest(value: unknown): value is DbtManifest {
  return manifest.safeParse(value).success;
}

/** The models, seeds, snapshots and sources by id. Tests and what has no name are left out. */
export function readDbtNodes(given: DbtManifest): readonly DbtNode[] {
  const wanted = new Set(["model", "seed", "snapshot", "source"]);
  return Object.entries({ ...given.sources, ...given.nodes })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, value]) => {
      const read = node.safeParse(value);
      return read.success && wanted.has(read.data.resource_type) ? [{ id, ...read.data }] : [];
    });
}

/** The text of a manifest: one part for each node, the same for the same content. */
export function writeDbtManifest(given: DbtManifest): ReadText {
  const lines: string[] = [];
  const outline: OutlineEntry[] = [];
  for (const one of readDbtNodes(given)) {
    outline.push({ line: lines.length + 1, level: 1, title: `${one.resource_type} ${one.name}` });
    lines.push(...writeNode(one), "");
  }
  return { lines, outline };
}

function writeNode(one: DbtNode): string[] {
  const code = one.raw_code ?? one.raw_sql ?? "";
  const { nodes } = one.depends_on;
  return [
    `## ${one.resource_type} ${one.name}`,
    ...(one.schema ? [`schema: ${one.schema}`] : []),
    ...(one.original_file_path ? [`file: ${one.original_file_path}`] : []),
    ...toLines(one.description),
    ...(nodes.length > 0 ? [`depends on: ${nodes.join(", ")}`] : []),
    ...Object.values(one.columns).map(({ name, data_type, description }) =>
      `- column ${name}${data_type ? ` (${data_type})` : ""}: ${description}`
        .replaceAll(/\s+/g, " ")
        .trim(),
    ),
    ...(code === "" ? [] : ["```sql", ...toLines(code), "```"]),
  ];
}
