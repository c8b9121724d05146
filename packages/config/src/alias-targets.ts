import { isAlias, visit, type Alias, type Document, type Node } from "yaml";

/** The target of each alias of a document. */
export interface AliasTargets {
  readonly count: number;
  /** The last node above the alias with its name, or undefined without one. */
  readonly targetOf: (alias: Alias) => Node | undefined;
}

/**
 * Resolves every alias in one pass. The library's own `alias.resolve` reads the whole document for each.
 */
export function findAliasTargets(document: Document): AliasTargets {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) targets.set(node, anchored.get(node.source));
      else if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  return { count: targets.size, targetOf: (alias) => targets.get(alias) };
}
