import { isRecord } from "./is-record.ts";
import { resolveNode } from "./resolve-reference.ts";

type Node = Readonly<Record<string, unknown>>;

/**
 * Whether two objects among the variants begin with the same key, without different constants for it: the
 * service picks a variant by its first key. Variants of a variant are variants, too.
 */
export function shareFirstKey(variants: readonly unknown[], root: Node): boolean {
  const taken = new Map<string, Set<unknown> | undefined>();
  for (const object of objectsAmong(variants, root, new Set())) {
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

/** Each once, however it is come by. */
function objectsAmong(variants: readonly unknown[], root: Node, seen: Set<unknown>): Node[] {
  return variants.flatMap((variant) => {
    const target = isRecord(variant) ? resolveNode(root, variant) : undefined;
    if (target === undefined || seen.has(target)) return [];
    seen.add(target);
    return Array.isArray(target["anyOf"]) ? objectsAmong(target["anyOf"], root, seen) : [target];
  });
}

function constantsOf(node: Node | undefined): Set<unknown> | undefined {
  if (node !== undefined && "const" in node) return new Set([node["const"]]);
  return Array.isArray(node?.["enum"]) ? new Set<unknown>(node["enum"]) : undefined;
}
