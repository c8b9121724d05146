import { types } from "node:util";
import { describeThrown } from "../describe-thrown.ts";
import { depthOf, findHolder, type Place, placeWithin, renderPlace } from "./json-place.ts";
import { emptyInstance, findNoJsonForm, isPlainObject, type NoJsonForm } from "./no-json-form.ts";

/** The message gives the place of the value (`$.rows[3].when`), its kind, and a replacement to return. */
class NoJsonFormError extends TypeError {
  override readonly name = "NoJsonFormError";

  constructor(place: Place | undefined, { what, instead }: NoJsonForm) {
    super(`The value has no JSON form: ${renderPlace(place)} is ${what}. ${instead}`);
  }
}

/**
 * A copy of a value as plain JSON. Each property is read once, so that the checked copy is the one that is sent.
 * The copy equals `JSON.parse(JSON.stringify(value))` (`toJSON` is called, `undefined` is left out, `NaN` is
 * null), in well-formed Unicode.
 *
 * @throws {NoJsonFormError} for a value that `JSON.stringify` would drop, reduce to `{}` or fail on.
 */
export function snapshotJson(value: unknown): unknown {
  return new SnapshotReader("refuse").take(value);
}

/**
 * The same copy for a schema that may accept more than JSON: values other than plain objects, lists and scalars
 * stay unchanged.
 */
export function snapshotPlain(value: unknown): unknown {
  return new SnapshotReader("keep").take(value);
}

class SnapshotReader {
  readonly #foreign: "refuse" | "keep";
  #problem: NoJsonFormError | undefined;
  #values = 0;

  constructor(foreign: "refuse" | "keep") {
    this.#foreign = foreign;
  }

  /** Continues after a problem, so that no rejected promise remains without a handler. */
  take(value: unknown): unknown {
    const copy = this.#read(value, undefined);
    if (this.#problem !== undefined) throw this.#problem;
    return copy;
  }

  #read(value: unknown, place: Place | undefined): unknown {
    this.#values += 1;
    if (this.#values === maxValues) this.#refuse(place, tooLarge);
    if (this.#values >= maxValues) return undefined;
    if (typeof value === "string") return value.toWellFormed();
    if (typeof value === "boolean" || value === undefined || value === null) return value;
    if (typeof value === "number")
      return Number.isFinite(value) || this.#foreign === "keep" ? value : null;
    if (typeof value !== "object") return this.#readForeign(value, place);
    try {
      return this.#readObject(value, place);
    } catch (error) {
      return this.#refuse(place, unreadable(error));
    }
  }

  #readObject(value: object, place: Place | undefined): unknown {
    if (types.isPromise(value)) quiet(value);
    const cycle = findHolder(place, value);
    if (cycle !== undefined)
      return this.#refuse(place, {
        what: `a reference back to ${renderPlace(cycle.at)}, which holds it`,
        instead: "Leave it out.",
      });
    if (depthOf(place) > maxDepth) return this.#refuse(place, tooDeep);
    const toJson: unknown = Reflect.get(value, "toJSON");
    if (typeof toJson !== "function" && (Array.isArray(value) || isPlainObject(value)))
      return this.#readParts(value, place);
    if (this.#foreign === "keep") return value;
    if (typeof toJson !== "function" || ArrayBuffer.isView(value))
      return this.#readForeign(value, place);
    const json: unknown = Reflect.apply(toJson, value, [String(place?.key ?? "")]);
    if (typeof json !== "object" || json === null) return this.#read(json, place);
    // JSON.stringify does not call the toJSON of a value that toJSON returned.
    return this.#readForeign(json, place);
  }

  #readForeign(value: unknown, place: Place | undefined): unknown {
    if (this.#foreign === "keep") return value;
    if (types.isBoxedPrimitive(value)) return this.#read(value.valueOf(), place);
    if (types.isPromise(value)) quiet(value);
    const noJsonForm = findNoJsonForm(value);
    if (noJsonForm !== undefined) return this.#refuse(place, noJsonForm);
    if (typeof value !== "object" || value === null) return value;
    if (!Array.isArray(value) && !isPlainObject(value) && Object.keys(value).length === 0)
      return this.#refuse(place, emptyInstance(value));
    return this.#readParts(value, place);
  }

  #readParts(value: object, place: Place | undefined): unknown {
    if (Array.isArray(value)) return this.#readItems(value, place);
    const properties = new Map<string, unknown>();
    for (const key of Object.keys(value)) {
      const part = this.#readPart(value, placeWithin(place, value, key));
      const name = key.toWellFormed();
      if (properties.has(name))
        this.#refuse(place, { ...twoKeys, what: `${twoKeys.what} ${name}` });
      if (part !== undefined) properties.set(name, part);
    }
    // Not by assignment, to which a key named __proto__ would be a prototype.
    return Object.fromEntries(properties);
  }

  #readItems(list: readonly unknown[], place: Place | undefined): unknown[] {
    const items: unknown[] = [];
    const { length } = list;
    for (let index = 0; index < length && this.#values < maxValues; index += 1)
      items.push(this.#readPart(list, placeWithin(place, list, index)) ?? null);
    return items;
  }

  #readPart(holder: object, place: Place): unknown {
    let part: unknown;
    try {
      part = Reflect.get(holder, place.key);
    } catch (error) {
      return this.#refuse(place, unreadable(error));
    }
    return this.#read(part, place);
  }

  #refuse(place: Place | undefined, noJsonForm: NoJsonForm): undefined {
    this.#problem ??= new NoJsonFormError(place, noJsonForm);
  }
}

/** Clients read JSON by recursion; Codex refuses a message of more than 127 levels. */
const maxDepth = 100;
const maxValues = 1_000_000;

const tooDeep = { what: `more than ${maxDepth} levels deep`, instead: "Return a flatter value." };
const tooLarge = {
  what: `past the limit of ${maxValues.toLocaleString("en-US")} values`,
  instead: "Return fewer.",
};
const twoKeys = {
  what: "an object with two keys that are one in well-formed Unicode:",
  instead: "Rename one.",
};

function unreadable(error: unknown): NoJsonForm {
  return {
    what: `not readable (${describeThrown(error)})`,
    instead: "Return a value whose properties can be read.",
  };
}

/** Adds a handler, since an unhandled rejection would end the process. The result names the promise itself. */
function quiet(promise: Promise<unknown>): void {
  promise.catch(() => {});
}
