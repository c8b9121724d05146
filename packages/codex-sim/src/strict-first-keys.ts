import { isRecord } from "./is-record.ts";
import { resolveNode } from "./resolve-reference.ts";

type Node = Readonly<Record<string, unknown>>;

/**
 * True when two objects among the variants begin with the same key, without different constants for it: the
 * service chooses a variant by its first key. Variants of a variant are variants, too.
 */
export function shareFirstKey(variants: readonly unknown[], root: Node): boolean {
  const taken = new Map<string, Set<unknown> | undefined>();
  for (const object of objectsAmong(variants, root)) {
    const [first] = Object.entries(isRecord(object["properties"]) ? object["properties"] : {});
    if (first === undefined) continue;
    const [key, property] = first;
    const constants = constantsOf(isRecord(property) ? resolveNode(root, property) : undefined);
    const others = taken.get(key);
    const separate = others !== undefined && constants?.isDisjointFrom(others);
    if (taken.has(key) && separate !== true) return true;
    taken.set(key, others === undefined ? constants : constants?.union(others));
  }
  return false;
}

/** As often as they are variants, but a choice that repeats is not read again: it may contain itself. */
function objectsAmong(variants: readonly unknown[], root: Node): Node[] {
  const objects: Node[] = [];
  const choices = new Set([variants]);
  // A set's loop also visits what is added meanwhile.
  for (const choice of choices)
    for (const variant of choice) {
      const target = isRecord(variant) ? resolveNode(root, variant) : undefined;
      if (target === undefined) continue;
      if (Array.isArray(target["anyOf"])) choices.add(target["anyOf"]);
      else objects.push(target);
    }
  return objects;
}

function constantsOf(node: Node | undefined): Set<unknown> | undefined {
  if (node !== undefined && "const" in node) return new Set([node["const"]]);
  return Array.isArray(node?.["enum"]) ? new Set<unknown>(node["enum"]) : undefined;
}
