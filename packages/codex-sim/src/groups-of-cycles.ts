type Next<Item> = (item: Item) => Iterable<Item>;

/**
 * Every item that a start leads to, in groups: items that lead to each other are in one group. Each group comes
 * after those that it leads to. Iterative, not recursive, since paths may have any length; each edge is visited
 * twice (Kosaraju's algorithm).
 */
export function groupsOfCycles<Item>(start: Item, nextOf: Next<Item>): Item[][] {
  const order = inOrderOfLeaving(start, nextOf);
  const before = new Map<Item, Item[]>(order.map((item) => [item, []]));
  for (const item of order) for (const next of nextOf(item)) before.get(next)?.push(item);
  const grouped = new Set<Item>();
  const groups: Item[][] = [];
  for (const first of order.toReversed()) {
    if (grouped.has(first)) continue;
    grouped.add(first);
    const group = [first];
    // An array's loop also visits what is pushed meanwhile.
    for (const member of group)
      for (const item of before.get(member) ?? [])
        if (!grouped.has(item)) {
          grouped.add(item);
          group.push(item);
        }
    groups.push(group);
  }
  return groups.toReversed();
}

/** Each item after all that is reached from it first. */
function inOrderOfLeaving<Item>(start: Item, nextOf: Next<Item>): Item[] {
  const order: Item[] = [];
  const seen = new Set([start]);
  const open = [{ item: start, rest: nextOf(start)[Symbol.iterator]() }];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.rest.next();
    if (next.done === true) {
      order.push(last.item);
      open.pop();
    } else if (!seen.has(next.value)) {
      seen.add(next.value);
      open.push({ item: next.value, rest: nextOf(next.value)[Symbol.iterator]() });
    }
  }
  return order;
}
