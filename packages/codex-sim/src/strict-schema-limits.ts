import { deepestNesting } from "./deepest-nesting.ts";
import { isRecord } from "./is-record.ts";
import { show } from "./strict-schema-problem.ts";

type Node = Readonly<Record<string, unknown>>;
type Resolve = (reference: unknown) => Node | undefined;

/** The documented size limits of the service for a schema. */
const limits = {
  properties: 5000,
  nesting: 10,
  enumValues: 1000,
  characters: 120_000,
  largeEnum: { values: 250, characters: 15_000 },
} as const;

/** The service's sentence about the first size limit that a schema exceeds. */
export function findStrictLimitProblem(schema: Node, resolve: Resolve): string | undefined {
  const size = measure(schema);
  const nesting = deepestNesting({
    root: schema,
    targetOf: (node) => resolve(node["$ref"]),
    nestedIn,
  });
  if (nesting > limits.nesting)
    return `${nesting} levels of nesting exceeds limit of ${limits.nesting}.`;
  if (size.properties > limits.properties)
    return `${size.properties} parameters exceeds limit of ${limits.properties}.`;
  if (size.enumValues > limits.enumValues)
    return `${size.enumValues} enum values exceeds limit of ${limits.enumValues}.`;
  if (size.largestBigEnum > limits.largeEnum.characters)
    return `${size.largestBigEnum} characters in an enum with more than ${limits.largeEnum.values} values exceeds limit of ${limits.largeEnum.characters}.`;
  if (size.characters > limits.characters)
    return `${size.characters} characters in names and values exceeds limit of ${limits.characters}.`;
}

interface Size {
  readonly properties: number;
  readonly enumValues: number;
  /** The characters of property names, definition names, enum values and constants. */
  readonly characters: number;
  /** The characters of the largest enum that has more than 250 values. */
  readonly largestBigEnum: number;
}

function measure(node: Node): Size {
  const names = Object.keys(recordOf(node["properties"]));
  const definitions = ["$defs", "definitions"].flatMap((key) => Object.keys(recordOf(node[key])));
  const enumValues = Array.isArray(node["enum"]) ? node["enum"].map(show) : [];
  const constants = "const" in node ? [show(node["const"])] : [];
  const own: Size = {
    properties: names.length,
    enumValues: enumValues.length,
    characters: countCharacters([...names, ...definitions, ...enumValues, ...constants]),
    largestBigEnum: enumValues.length > limits.largeEnum.values ? countCharacters(enumValues) : 0,
  };
  return childrenOf(node).reduce<Size>((total, child) => {
    const size = measure(child);
    return {
      properties: total.properties + size.properties,
      enumValues: total.enumValues + size.enumValues,
      characters: total.characters + size.characters,
      largestBigEnum: Math.max(total.largestBigEnum, size.largestBigEnum),
    };
  }, own);
}

function childrenOf(node: Node): readonly Node[] {
  const definitions = ["$defs", "definitions"].flatMap((key) => Object.values(recordOf(node[key])));
  return [...nestedIn(node), ...definitions].filter(isRecord);
}

function nestedIn(node: Node): readonly Node[] {
  const variants: readonly unknown[] = Array.isArray(node["anyOf"]) ? node["anyOf"] : [];
  return [...Object.values(recordOf(node["properties"])), node["items"], ...variants].filter(
    isRecord,
  );
}

function countCharacters(texts: readonly string[]): number {
  return texts.reduce((total, text) => total + text.length, 0);
}

function recordOf(value: unknown): Node {
  return isRecord(value) ? value : {};
}
