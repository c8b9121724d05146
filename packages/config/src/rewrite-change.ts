import { isMap, isNode, isScalar, parseDocument, visit, YAMLMap, type Document } from "yaml";
import type { LeafChange } from "./config-changes.ts";

/** The change through the document model: comments and order survive, the layout becomes the library's. */
export function rewriteChange(text: string, { path, value }: LeafChange): string | undefined {
  const document = parseDocument(text, { uniqueKeys: false });
  expandAliases(document);
  if (value === null) document.deleteIn(path);
  else {
    path.slice(0, -1).forEach((_, depth) => makeMapping(document, path.slice(0, depth + 1)));
    document.setIn(path, value);
  }
  return document.toString({ lineWidth: 0 });
}

/** A change to the target of an alias would change it everywhere, so each alias becomes a copy. */
function expandAliases(document: Document): void {
  visit(document, {
    Alias: (_, alias) => {
      const copy = document.createNode(alias.toJS(document), { aliasDuplicateObjects: false });
      if (isScalar(copy)) copy.comment = alias.comment ?? null;
      else copy.commentBefore = alias.comment ?? null;
      return copy;
    },
  });
}

/** A key without a value becomes an empty mapping and keeps its comments. */
function makeMapping(document: Document, path: readonly string[]): void {
  const node = document.getIn(path, true);
  if (isMap(node) || (isScalar(node) && node.value !== null)) return;
  const mapping = new YAMLMap();
  if (isNode(node)) {
    mapping.commentBefore = [node.commentBefore, node.comment].filter(Boolean).join("\n") || null;
  }
  document.setIn(path, mapping);
}
