import { types } from "node:util";
import type { Redact } from "./redactor.ts";

/**
 * The same value if it contains no secret; else a copy without secrets in its texts and property names, at every depth.
 * An error keeps its class, stack, cause and properties. Functions and accessors stay unchanged.
 */
export function redactValue<Value>(value: Value, redact: Redact): Value {
  // Only texts are replaced, so the shape stays the same.
  return new Copy(redact).of(value) as Value;
}

/** One copy of a graph, including cycles. */
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
      // The copy of a frozen value is not frozen.
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
    // The accessors of a DOMException work only on a real one.
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

/** Copies a value whose content is not in its properties. */
function textOf(value: object): string | undefined {
  if (value instanceof URL) return value.href;
  if (!types.isUint8Array(value)) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

function ownProperties(value: object): readonly (readonly [string | symbol, PropertyDescriptor])[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    // `stack` is an accessor or not, depending on the version of the engine.
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
