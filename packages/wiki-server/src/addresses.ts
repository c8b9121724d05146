/** The path of a page, source, … on this server. Each part of a name is encoded. */
export function pageAddress(name: string): string {
  return `/page/${encodePath(name)}`;
}

/** @param lines The lines to show first. */
export function sourceAddress(
  path: string,
  lines?: { readonly from: number; readonly to: number },
): string {
  const address = `/source/${encodePath(path)}`;
  return lines === undefined
    ? address
    : `${address}?lines=${lines.from}-${lines.to}#L${lines.from}`;
}

export function reviewAddress(id: string): string {
  return `/review/${encodeURIComponent(id)}`;
}

/** The name below a prefix of an address; undefined where it cannot be decoded. */
export function nameIn(pathname: string, prefix: string): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(prefix.length));
  } catch {
    return undefined;
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
