/** @throws {TypeError} for a value that JSON cannot express. */
export function toJsonText(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`${opening(what)} ${describe(error)}`, { cause: error });
  }
  if (text === undefined) throw new TypeError(`${opening(what)} It is ${typeof value}.`);
  return text;
}

function opening(what: string): string {
  return `Expected ${what} to be a JSON value.`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
