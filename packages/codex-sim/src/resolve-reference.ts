import { isRecord } from "./is-record.ts";

type Node = Readonly<Record<string, unknown>>;

/** The target of a `$ref` of the form `#/…` in a schema, if it is an object. */
export function resolveReference(root: Node, reference: unknown): Node | undefined {
  if (typeof reference !== "string") return undefined;
  let target: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    target = isRecord(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return isRecord(target) ? target : undefined;
}

/** A node of a schema, or the final target of its references, unless that does not exist or is the node itself. */
export function resolveNode(root: Node, node: Node): Node | undefined {
  const passed = new Set<Node>();
  let target: Node | undefined = node;
  while (target !== undefined && "$ref" in target) {
    if (passed.has(target)) return undefined;
    passed.add(target);
    target = resolveReference(root, target["$ref"]);
  }
  return target;
}
