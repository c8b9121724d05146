/** The place of a value: the key by which `holder`, itself at `parent`, holds it. The root has no place. */
export interface Place {
  readonly parent: Place | undefined;
  readonly holder: object;
  readonly key: string | number;
  /** 1 for the properties of the root. */
  readonly depth: number;
}

export function placeWithin(
  parent: Place | undefined,
  holder: object,
  key: string | number,
): Place {
  return { parent, holder, key, depth: depthOf(parent) + 1 };
}

export function depthOf(place: Place | undefined): number {
  return place?.depth ?? 0;
}

/** The place of the object itself, where it holds what is at `place`. */
export function findHolder(
  place: Place | undefined,
  holder: object,
): { readonly at: Place | undefined } | undefined {
  for (let each = place; each !== undefined; each = each.parent)
    if (each.holder === holder) return { at: each.parent };
  return undefined;
}

/** As a path: `$.rows[3]["end date"]`. */
export function renderPlace(place: Place | undefined): string {
  let path = "";
  for (let each = place; each !== undefined; each = each.parent)
    path = `${renderKey(each.key)}${path}`;
  return `$${path}`;
}

function renderKey(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `.${key}`;
  return `[${JSON.stringify(key)}]`;
}
