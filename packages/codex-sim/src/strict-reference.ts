import { resolveReference } from "./resolve-reference.ts";
import { findKeywordValueProblem } from "./strict-keyword-values.ts";
import {
  context,
  inContext,
  problem,
  quote,
  type StrictSchemaProblem,
} from "./strict-schema-problem.ts";

type Node = Readonly<Record<string, unknown>>;

/** The fault of a schema with a reference. */
export function findReferenceProblem(
  node: Node,
  place: { readonly root: Node; readonly steps: readonly string[] },
): StrictSchemaProblem | undefined {
  const [sibling] = Object.keys(node).filter((key) => key !== "$ref");
  if (sibling !== undefined)
    return problem(
      place.steps,
      `context=${context(place.steps)}, $ref cannot have keywords {${quote(sibling)}}.`,
    );
  const fault = findKeywordValueProblem(node);
  if (fault !== undefined) return inContext(place.steps, fault);
  const reference = String(node["$ref"]);
  if (!/^#(\/(\$defs|definitions)\/[^/]+)?$/.test(reference))
    return inContext(
      place.steps,
      "reference can only point to definitions defined at the top level of the schema.",
    );
  if (resolveReference(place.root, reference) === undefined)
    return inContext(
      place.steps,
      `reference to component '${reference}' which was not found in the schema.`,
    );
  if (leadsNowhere(place.root, node))
    return inContext(place.steps, `reference to component '${reference}' leads to itself.`);
}

/** True for a reference that leads only to references. */
function leadsNowhere(root: Node, node: Node): boolean {
  const passed = new Set<unknown>();
  let target: Node | undefined = node;
  while (target !== undefined && "$ref" in target && !passed.has(target)) {
    passed.add(target);
    target = resolveReference(root, target["$ref"]);
  }
  return target !== undefined && passed.has(target);
}
