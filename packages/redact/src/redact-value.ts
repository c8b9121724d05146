import { types } from "node:util";
import type { Redact } from "./redactor.ts";

/**
 * The very value where it holds no secret; else one like it, whose texts and property names hold none, however
 * deep: an error keeps its class, with stack, cause and properties. Functions and accessors are left alone.
 */
export function redactValue<Value>(value: Value, redact: Redact): Value {
  // Of the same shape: nothing but texts is replaced.
  return new Copy(redact).of(value) as Value;
}

/** One copy of a graph, cycles included. */
class Copy {
  readonly #redact: Redact;
  readonly #copies = new Map<object, unknown>();

  constructor(redact: Redact) {
    this.#redact = redact;
  }

  of(value: unknown): unknown {
    if (typeof value === "string") return this.#redact(value);
    if (typeof value !== "object" || value === null) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    return holdsSecret(value, this.#redact, new Set()) ? this.#copy(value) : value;
  }

  #copy(value: object): unknown {
    const text = textOf(value);
    if (text !== undefined) return this.#redact(text);
    const copy = this.#emptyLike(value);
    this.#copies.set(value, copy);
    if (value instanceof Map && copy instanceof Map)
      for (const [key, entry] of value) copy.set(this.of(key), this.of(entry));
    if (value instanceof Set && copy instanceof Set)
      for (const entry of value) copy.add(this.of(entry));
    for (const [key, descriptor] of ownProperties(value)) {
      if (Array.isArray(copy) && key === "length") continue;
      const name = typeof key === "string" ? this.#redact(key) : key;
      const own = "value" in descriptor ? { value: this.of(descriptor.value) } : {};
      // A copied value is not frozen.
      Object.defineProperty(copy, name, { ...descriptor, ...own, configurable: true });
    }
    return copy;
  }

  #emptyLike(value: object): object {
    if (Array.isArray(value)) return Array.from({ length: value.length });
    if (value instanceof Map) return new Map();
    if (value instanceof Set) return new Set();
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!(value instanceof Error))
      return Object.create(typeof prototype === "object" ? prototype : null);
    const { name, message, stack } = value;
    const copy = new Error(this.#redact(message));
    // The accessors of a DOMException read nothing but a real one.
    if (value instanceof DOMException) copy.name = name;
    else Object.setPrototypeOf(copy, typeof prototype === "object" ? prototype : null);
    define(copy, "stack", this.#redact(stack ?? ""));
    return copy;
  }
}

function holdsSecret(value: unknown, redact: Redact, seen: Set<unknown>): boolean {
  if (typeof value === "string") return redact(value) !== value;
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  const holds = (part: unknown): boolean => holdsSecret(part, redact, seen);
  const text = textOf(value);
  if (text !== undefined) return holds(text);
  if (value instanceof Error && (holds(value.message) || holds(value.stack))) return true;
  if (value instanceof Map && [...value].flat().some(holds)) return true;
  if (value instanceof Set && [...value].some(holds)) return true;
  return ownProperties(value).some(
    ([key, descriptor]) => holds(key) || ("value" in descriptor && holds(descriptor.value)),
  );
}

/** Of what is shown by its content and has no properties for it. */
function textOf(value: object): string | undefined {
  if (value instanceof URL) return value.href;
  if (!types.isUint8Array(value)) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

function ownProperties(value: object): readonly (readonly [string | symbol, PropertyDescriptor])[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    // Of an error it is an accessor or not, by the engine's version.
    return descriptor === undefined || (key === "stack" && value instanceof Error)
      ? []
      : [[key, descriptor] as const];
  });
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
