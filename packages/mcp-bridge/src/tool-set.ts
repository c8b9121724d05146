import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { ToolBridgeError, type ToolBridgeErrorCode } from "./bridge-error.ts";
import type { BridgedTool } from "./bridged-tool.ts";

/** The tools of one run, by alias. The alias is the host's own; the client sees each tool's `name`. */
export type ToolSet = Readonly<Record<string, BridgedTool>>;

/** A checked tool with the entry that `tools/list` shows for it. */
export interface ResolvedTool {
  readonly alias: string;
  readonly tool: BridgedTool;
  readonly listing: Tool;
}

/** The longest name that fits: Codex calls a tool `mcp__ktx__<name>`, and function names end at 64 characters. */
export const maxToolNameLength: number = 64 - "mcp__ktx__".length;

/**
 * Checks a tool set and returns its tools in order. Pure: call it before anything is started.
 *
 * @throws {ToolBridgeError} that names the alias and says what was expected, what came, and what to do.
 */
export function resolveToolSet(toolSet: ToolSet): readonly ResolvedTool[] {
  const aliasByName = new Map<string, string>();
  return Object.entries(toolSet).map(([alias, tool]) => {
    const resolved = resolveTool(alias, tool);
    const earlier = aliasByName.get(tool.name);
    if (earlier !== undefined)
      throw refusal("duplicate-tool-name", alias, {
        expected: "a name that no other tool of the set has",
        received: `"${tool.name}", which is the name of tool "${earlier}" too`,
        fix: "Rename one of the two: the client tells tools apart by name, not by alias.",
      });
    aliasByName.set(tool.name, alias);
    return resolved;
  });
}

function resolveTool(alias: string, tool: BridgedTool): ResolvedTool {
  if (typeof tool !== "object" || tool === null || typeof tool.execute !== "function")
    throw refusal("invalid-tool", alias, {
      expected: "an object with name, description, inputSchema and an execute function",
      received: describe(tool),
      fix: "Make the tool with defineTool.",
    });
  if (typeof tool.name !== "string" || !namePattern.test(tool.name))
    throw refusal("invalid-tool-name", alias, {
      expected: `a name of 1 to ${maxToolNameLength} letters, digits, "_" or "-"`,
      received: describe(tool.name),
      fix: "Codex calls it mcp__ktx__<name>, at most 64 characters in all: choose a name that fits.",
    });
  if (typeof tool.description !== "string" || tool.description.trim() === "")
    throw refusal("invalid-description", alias, {
      expected: "a text that tells the model what the tool does and when to call it",
      received: describe(tool.description),
      fix: "Write one or two sentences.",
    });
  const { name, title, description, annotations, outputSchema } = tool;
  return {
    alias,
    tool,
    listing: {
      name,
      ...(title !== undefined && { title }),
      description,
      inputSchema: toInputJsonSchema(alias, tool.inputSchema),
      ...(outputSchema !== undefined && {
        outputSchema: toOutputJsonSchema(alias, outputSchema),
      }),
      ...(annotations !== undefined && { annotations }),
    },
  };
}

function toInputJsonSchema(alias: string, schema: unknown): Tool["inputSchema"] {
  return toJsonSchema("invalid-input-schema", "inputSchema", alias, schema, "input");
}

/** Structured content carries the tool's markdown as well (see `layOutResult`), so the listing allows for it. */
function toOutputJsonSchema(alias: string, schema: unknown): Tool["inputSchema"] {
  const listed = toJsonSchema("invalid-output-schema", "outputSchema", alias, schema, "output");
  if (listed.properties !== undefined && "markdown" in listed.properties)
    throw refusal("invalid-output-schema", alias, {
      expected: "an outputSchema without a property named markdown",
      received: "one that has it",
      fix: "Return { markdown, structured }: the bridge puts the markdown beside the structured properties.",
    });
  return { ...listed, properties: { ...listed.properties, markdown: { type: "string" } } };
}

function toJsonSchema(
  code: ToolBridgeErrorCode,
  field: string,
  alias: string,
  schema: unknown,
  io: "input" | "output",
): Tool["inputSchema"] {
  if (!(schema instanceof z.ZodObject))
    throw refusal(code, alias, {
      expected: `an ${field} made by z.object(…) of zod 4`,
      received: describe(schema),
      fix: "Wrap the schema: z.object({ value: yourSchema }).",
    });
  try {
    return jsonObjectSchema.parse(z.toJSONSchema(schema, { io }));
  } catch (error) {
    throw refusal(
      code,
      alias,
      {
        expected: `an ${field} that JSON Schema can express`,
        received: error instanceof Error ? error.message : String(error),
        fix: "Use JSON types on the wire: z.iso.datetime() for dates, z.string().transform(…) for the rest.",
      },
      error,
    );
  }
}

const namePattern = new RegExp(`^[a-zA-Z0-9_-]{1,${maxToolNameLength}}$`);

const jsonObjectSchema = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  required: z.array(z.string()).optional(),
});

interface Refusal {
  readonly expected: string;
  readonly received: string;
  readonly fix: string;
}

function refusal(
  code: ToolBridgeErrorCode,
  alias: string,
  { expected, received, fix }: Refusal,
  cause?: unknown,
): ToolBridgeError {
  return new ToolBridgeError(
    code,
    `Tool "${alias}": expected ${expected}, got ${received}. ${fix}`,
    cause === undefined ? undefined : { cause },
  );
}

function describe(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty text" : `"${value}"`;
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return `an object of type ${value.constructor?.name ?? "unknown"}`;
  return `a ${typeof value}`;
}
