import { isDeepStrictEqual } from "node:util";
import { type BridgedTool, type ResolvedTool, resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { checkCodexNames } from "./codex-tool-name.ts";
import { copyTool } from "./copy-tool.ts";
import { offerJsonInput } from "./offer-json-input.ts";
import { type OfferedInput, offerInput } from "./offer-input.ts";

/**
 * The same tools, listed so that Codex shows the model every constraint of their inputs (it drops or changes much of a
 * JSON Schema). A tool that needs no change stays unchanged.
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
  const { jsonSchema, decode } = offeredInputOf(tool);
  const isCut = sizeOf(jsonSchema) > largestSchema;
  const { $schema: _, ...listed } = tool.inputJsonSchema ?? listing.inputSchema;
  if (!isCut && isDeepStrictEqual(jsonSchema, { properties: {}, ...listed })) return tool;
  return {
    ...copyTool(tool),
    inputJsonSchema: { ...jsonSchema, type: "object" },
    ...(decode && { decodeInput: joinDecoders(decode, tool.decodeInput?.bind(tool)) }),
    ...(isCut && { description: withSchema(tool.description, jsonSchema) }),
  };
}

/** Of the JSON Schema that the tool brings, else of its own schema. */
function offeredInputOf({ inputSchema, inputJsonSchema }: BridgedTool): OfferedInput {
  const key = inputJsonSchema ?? inputSchema;
  const known = inputs.get(key);
  const input =
    known ??
    (inputJsonSchema === undefined ? offerInput(inputSchema) : offerJsonInput(inputJsonSchema));
  inputs.set(key, input);
  return input;
}

type Decode = NonNullable<OfferedInput["decode"]>;

function joinDecoders(first: Decode, second: Decode | undefined): Decode {
  return second === undefined ? first : (json) => second(first(json));
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
