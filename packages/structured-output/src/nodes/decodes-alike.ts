import { type CompiledNode, plain, unknownYet } from "./compiled-node.ts";

/** Whether a node hands JSON on as it is, all the way down. */
export function isPlain(node: CompiledNode): boolean {
  const visited = new Set<CompiledNode>();
  const visit = (inner: CompiledNode): boolean => {
    if (visited.has(inner)) return true;
    visited.add(inner);
    return inner.conversion === plain && inner.parts.every(visit);
  };
  return visit(node);
}

/** Whether two nodes turn JSON that both could have written into the same value. */
export function decodesAlike(left: CompiledNode, right: CompiledNode): boolean {
  const visited = new Map<CompiledNode, Set<CompiledNode>>();
  const visit = (a: CompiledNode, b: CompiledNode): boolean => {
    const partners = visited.get(a) ?? new Set();
    if (a === b || partners.has(b)) return true;
    visited.set(a, partners.add(b));
    return (
      a.conversion === b.conversion &&
      a.conversion !== unknownYet &&
      a.parts.length === b.parts.length &&
      a.parts.every((part, index) => {
        const other = b.parts[index];
        return other !== undefined && visit(part, other);
      })
    );
  };
  return (isPlain(left) && isPlain(right)) || visit(left, right);
}
