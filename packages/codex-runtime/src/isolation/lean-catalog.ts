import { createHash } from "node:crypto";

/** A model catalog as Codex reads it from `model_catalog_json`. Fields that we do not know are kept. */
export interface ModelCatalog {
  readonly models: readonly CatalogEntry[];
}

type CatalogEntry = Readonly<Record<string, unknown>> & { readonly slug: string };

/** What the model is told before the user's text when the caller gives no base instructions. */
export const defaultBaseInstructions = "You are a helpful assistant.";

/**
 * The bundled catalog with every entry reduced to the bare model: no shell, no patch tool, no tool
 * search, no code mode, and base instructions of our own. That is what makes bridge tools directly
 * visible (measured on 0.163.0). `use_responses_lite` stays: the service expects it.
 *
 * A model that the catalog does not know gets an entry made after a plain one, since Codex would
 * otherwise warn about it and fall back to metadata with tools.
 */
export function buildLeanCatalog(
  bundled: ModelCatalog,
  options: { readonly model: string; readonly baseInstructions: string },
): ModelCatalog {
  const known = bundled.models.some(({ slug }) => slug === options.model);
  const template = bundled.models.find((entry) => entry["tool_mode"] === undefined);
  const models = known
    ? bundled.models
    : [...bundled.models, nameless(template ?? bundled.models.at(-1), options.model)];
  return { models: models.map((entry) => leanEntry(entry, options.baseInstructions)) };
}

/** The catalog in what `codex debug models --bundled` printed, or undefined where it is none. */
export function parseCatalog(text: string): ModelCatalog | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || !("models" in value)) return undefined;
  if (!Array.isArray(value.models)) return undefined;
  return { models: value.models.filter(isCatalogEntry) };
}

/** A short name for a catalog's content, fit for a file name. */
export function catalogFingerprint(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

function leanEntry(entry: CatalogEntry, baseInstructions: string): CatalogEntry {
  const { multi_agent_version: _, ...rest } = entry;
  return {
    ...rest,
    slug: entry.slug,
    base_instructions: baseInstructions,
    model_messages: null,
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

function nameless(template: CatalogEntry | undefined, slug: string): CatalogEntry {
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
