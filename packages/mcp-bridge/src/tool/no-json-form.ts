import { types } from "node:util";
import { describeThrown } from "../describe-thrown.ts";

/** A value that JSON cannot hold: its kind, and the value to return in its place. */
export interface NoJsonForm {
  readonly what: string;
  readonly instead: string;
}

/** The reason why `JSON.stringify` would drop a value, reduce it to `{}`, or fail; undefined for a value with a JSON form. */
export function findNoJsonForm(value: unknown): NoJsonForm | undefined {
  if (typeof value === "bigint")
    return { what: "a BigInt", instead: "Return String(value), or a number." };
  if (typeof value === "function")
    return { what: "a function", instead: "Return its result, or leave it out." };
  if (typeof value === "symbol") return { what: "a symbol", instead: "Return a text." };
  if (typeof value !== "object" || value === null) return undefined;
  if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return bytes(value);
  if (types.isNativeError(value) || value instanceof Error)
    return { what: `an error (${describeThrown(value)})`, instead: "Throw it, or return a text." };
  if (types.isPromise(value)) return unawaited;
  const tag = tagOf(value);
  const known = byTag[tag];
  if (known !== undefined) return { what: withArticle(tag), instead: known };
  if (/(?:Iterator|Generator)$/.test(tag))
    return { what: withArticle(tag), instead: "Collect its values into an array." };
  if (typeof Reflect.get(value, "then") === "function") return unawaited;
  return undefined;
}

/** An instance with private state, or with accessors on its class, has no properties that JSON can show. */
export function emptyInstance(value: object): NoJsonForm {
  return {
    what: `an instance of ${nameOf(value)} without properties of its own`,
    instead: "Return a plain object, or give it a toJSON method.",
  };
}

/** True for an object literal of any realm, and for an object without prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "propertyIsEnumerable")
  );
}

function bytes(value: object): NoJsonForm {
  return {
    what: `binary data (${nameOf(value)})`,
    instead:
      "Return it as base64, in a content block for an image or sound, or [...value] for numbers.",
  };
}

const byTag: Readonly<Partial<Record<string, string>>> = {
  Map: "Return Object.fromEntries(map), or [...map].",
  Set: "Return [...set].",
  WeakMap: "Return a plain object.",
  WeakSet: "Return a list.",
  WeakRef: "Return the value it refers to.",
  RegExp: "Return its source as a text.",
  Response: "Return await response.json() or await response.text().",
  Request: "Return its url as a text.",
  Headers: "Return Object.fromEntries(headers).",
  FormData: "Return Object.fromEntries(formData).",
  URLSearchParams: "Return Object.fromEntries(params), or its text.",
  Blob: "Return await blob.text().",
  File: "Return await file.text().",
  ReadableStream: "Read it, and return the content.",
  AbortSignal: "Leave it out.",
};

const unawaited = { what: "a promise that was not awaited", instead: "Await it." };

function withArticle(tag: string): string {
  return `${/^[AEIO]/.test(tag) ? "an" : "a"} ${tag}`;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function nameOf(value: object): string {
  const constructor: unknown = Reflect.get(value, "constructor");
  return typeof constructor === "function" && constructor.name !== ""
    ? constructor.name
    : "a class without name";
}
