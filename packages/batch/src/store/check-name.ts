/**
 * A text by which a store finds things, in a form that every database keeps as it is.
 *
 * @throws {TypeError} for an empty text, a NUL character and half of a surrogate pair.
 */
export function checkName(what: string, name: string): string {
  if (name === "") throw new TypeError(`Expected ${what}, got an empty text.`);
  if (name.includes("\0") || !name.isWellFormed())
    throw new TypeError(
      `Expected ${what} without NUL characters and broken surrogate pairs, got ${JSON.stringify(name)}.`,
    );
  return name;
}
