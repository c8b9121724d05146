import { isDeepStrictEqual } from "node:util";
import { type BridgedTool, type ResolvedTool, resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { checkCodexNames } from "./codex-tool-name.ts";
import { copyTool } from "./copy-tool.ts";
import { offerJsonInput } from "./offer-json-input.ts";
import { type OfferedInput, offerInput } from "./offer-input.ts";

/**
 * The same tools, listed so that Codex shows the model every constraint of their inputs (it drops or changes much of a
 * JSON Schema). A tool that needs no change, or brings an `inputJsonSchema`, stays unchanged.
 *
 * @throws {ToolBridgeError} for tools that cannot be offered.
 */
export function offerToCodex(toolSet: ToolSet): ToolSet {
  const resolved = resolveToolSet(toolSet);
  checkCodexNames(resolved);
  const offered = resolved.map((one) => [one.alias, offerTool(one)] as const);
  return offered.every(([alias, tool]) => tool === toolSet[alias])
    ? toolSet
    : Object.fromEntries(offered);
}

function offerTool({ tool, listing }: ResolvedTool): BridgedTool {
  if (tool.inputJsonSchema !== undefined) return tool;
  const { jsonSchema, decode } = offeredInputOf(tool);
  const isCut = sizeOf(jsonSchema) > largestSchema;
  const { $schema: _, ...listed } = tool.foreignInputSchema ?? listing.inputSchema;
  if (!isCut && isDeepStrictEqual(jsonSchema, { properties: {}, ...listed })) return tool;
  return {
    ...copyTool(tool),
    inputJsonSchema: { ...jsonSchema, type: "object" },
    ...(decode && { decodeInput: decode }),
    ...(isCut && { description: withSchema(tool.description, jsonSchema) }),
  };
}

function offeredInputOf({ inputSchema, foreignInputSchema }: BridgedTool): OfferedInput {
  const key = foreignInputSchema ?? inputSchema;
  const known = inputs.get(key);
  const input =
    known ??
    (foreignInputSchema === undefined
      ? offerInput(inputSchema)
      : offerJsonInput(foreignInputSchema));
  inputs.set(key, input);
  return input;
}

const inputs = new WeakMap<object, OfferedInput>();

/**
 * Codex removes all descriptions from a schema of more than 5,000 bytes, and then definitions and deep levels too
 * (measured on 0.163.0). The bridge may still add a cursor.
 */
const largestSchema = 4_800;

function sizeOf(jsonSchema: object): number {
  return Buffer.byteLength(JSON.stringify(jsonSchema));
}

function withSchema(description: string, jsonSchema: object): string {
  return `${description}\n\nThe arguments follow this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
}
