/** A model catalog as Codex reads it from `model_catalog_json`. Unknown fields are kept. */
export type ModelCatalog = Readonly<Record<string, unknown>> & {
  readonly models: readonly CatalogEntry[];
};

type CatalogEntry = Readonly<Record<string, unknown>> & { readonly slug: string };

/** The base instructions when the caller gives none; the model reads them before the user's text. */
export const defaultBaseInstructions = "You are a helpful assistant.";

/**
 * A catalog of only these models, each reduced to the bare model: no shell, no patch tool, no tool search, no
 * code mode. This makes bridge tools directly visible (measured on 0.163.0 and 0.171.0).
 * `use_responses_lite` stays, since the service expects it, and so do the stock instructions, which
 * `model_instructions_file` replaces for a run.
 *
 * A model that is not in the catalog gets a copy of the entry whose name is its prefix, else of a plain entry: Codex would
 * otherwise warn about it and fall back to metadata with tools.
 */
export function buildLeanCatalog(bundled: ModelCatalog, models: readonly string[]): ModelCatalog {
  const entries = models.map(
    (model) =>
      bundled.models.find(({ slug }) => slug === model) ??
      nameAfter(findTemplate(bundled.models, model), model),
  );
  return { ...bundled, models: entries.map(leanEntry) };
}

/** The catalog in the output of `codex debug models --bundled`; undefined for any other text. */
export function parseCatalog(text: string): ModelCatalog | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || !("models" in value)) return undefined;
  if (!Array.isArray(value.models)) return undefined;
  const models = value.models.filter(isCatalogEntry);
  return models.length === 0 ? undefined : { ...value, models };
}

function leanEntry(entry: CatalogEntry): CatalogEntry {
  const { multi_agent_version: _, ...rest } = entry;
  return {
    ...rest,
    slug: entry.slug,
    model_messages: withSmallReaders(entry["model_messages"]),
    tool_mode: "direct",
    shell_type: "disabled",
    apply_patch_tool_type: null,
    supports_search_tool: false,
    experimental_supported_tools: [],
    include_skills_usage_instructions: false,
    include_plugin_usage_instructions: false,
    include_apps_usage_instructions: false,
  };
}

/**
 * No setting removes Codex's three readers of MCP resources from a run with MCP tools, but a catalog may replace
 * their descriptions. A bridge has no resources; this saves 1.4 KB a request.
 */
function withSmallReaders(messages: unknown): Readonly<Record<string, unknown>> {
  const known = asRecord(messages);
  const names = ["list_mcp_resources", "list_mcp_resource_templates", "read_mcp_resource"];
  const unused = {
    description: "Not available.",
    parameters: JSON.stringify({ type: "object", properties: {} }),
  };
  const readers = Object.fromEntries(names.map((name) => [name, unused]));
  return { ...known, tools: { ...asRecord(known["tools"]), mcp_resources: readers } };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function findTemplate(models: readonly CatalogEntry[], model: string): CatalogEntry | undefined {
  const [closest] = models
    .filter(({ slug }) => model.startsWith(slug))
    .toSorted((a, b) => b.slug.length - a.slug.length);
  return closest ?? models.find((entry) => entry["tool_mode"] === undefined) ?? models.at(-1);
}

function nameAfter(template: CatalogEntry | undefined, slug: string): CatalogEntry {
  return { ...template, slug, display_name: slug, description: "", upgrade: null };
}

function isCatalogEntry(value: unknown): value is CatalogEntry {
  return (
    typeof value === "object" && value !== null && "slug" in value && typeof value.slug === "string"
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
