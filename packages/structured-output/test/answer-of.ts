import * as fc from "fast-check";

type Schema = Readonly<Record<string, unknown>>;

/**
 * An answer that a JSON Schema of the service's strict subset allows; of one schema and one seed always
 * the same. Recursion ends after `depth` references, as far as the schema lets it.
 */
export function answerOf(root: Schema, seed: number, depth = 3): unknown {
  const random = randomNumbers(seed);
  return write(root, depth);

  function write(schema: Schema, left: number): unknown {
    if (left < -8) throw new RangeError("The schema asks for endless answers.");
    if (typeof schema["$ref"] === "string") return write(resolve(schema["$ref"]), left - 1);
    if (Array.isArray(schema["anyOf"])) return writeOneOf(schema["anyOf"].filter(isSchema), left);
    if ("const" in schema) return schema["const"];
    if (Array.isArray(schema["enum"])) return pick<unknown>(schema["enum"]);
    switch (schema["type"]) {
      case "object":
        return Object.fromEntries(
          Object.entries(isSchema(schema["properties"]) ? schema["properties"] : {}).map(
            ([name, property]) => [name, write(isSchema(property) ? property : {}, left)],
          ),
        );
      case "array": {
        const least = limit(schema["minItems"], 0);
        const most = left > 0 ? limit(schema["maxItems"], least + 2) : least;
        const items = isSchema(schema["items"]) ? schema["items"] : {};
        return Array.from({ length: whole(least, most) }, () => write(items, left - 1));
      }
      case "string":
        return sample(textOf(schema));
      case "integer":
      case "number":
        return numberOf(schema);
      case "boolean":
        return random() < 0.5;
      case "null":
        return null;
      default:
        throw new TypeError(`No answer is known to ${JSON.stringify(schema)}.`);
    }
  }

  function resolve(reference: string): Schema {
    const definitions = isSchema(root["$defs"]) ? root["$defs"] : {};
    const found = reference === "#" ? root : definitions[reference.replace("#/$defs/", "")];
    if (!isSchema(found)) throw new TypeError(`${reference} is not defined.`);
    return found;
  }

  /** An option by chance; another one where that does not come to an end. */
  function writeOneOf(options: readonly Schema[], left: number): unknown {
    const first = whole(0, options.length - 1);
    for (const option of [...options.slice(first), ...options.slice(0, first)])
      try {
        return write(option, left - 1);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    throw new RangeError("No option comes to an end.");
  }

  function numberOf(schema: Schema): number {
    const step = limit(schema["multipleOf"], schema["type"] === "integer" ? 1 : 0.25);
    const least = limit(schema["minimum"], limit(schema["exclusiveMinimum"], -101 * step) + step);
    const most = limit(schema["maximum"], limit(schema["exclusiveMaximum"], Infinity) - step);
    const from = Math.ceil(Math.max(least, -1e6) / step);
    return whole(from, Math.min(Math.floor(most / step), from + 200)) * step || 0;
  }

  function whole(least: number, most: number): number {
    return least + Math.floor(random() * (most - least + 1));
  }

  function pick<Value>(values: readonly Value[]): Value | undefined {
    return values[whole(0, values.length - 1)];
  }

  function sample(arbitrary: fc.Arbitrary<string>): string | undefined {
    return fc.sample(arbitrary, { numRuns: 1, seed: whole(0, 2 ** 31) })[0];
  }
}

function textOf({ format, pattern }: Schema): fc.Arbitrary<string> {
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern));
  if (format === undefined) return fc.string({ unit: "grapheme", minLength: 3, maxLength: 12 });
  const known = typeof format === "string" ? formats[format] : undefined;
  if (known === undefined) throw new TypeError(`No text is known of ${JSON.stringify(format)}.`);
  return known;
}

const instant = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .map((date) => date.toISOString());

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "date-time": instant,
  date: instant.map((text) => text.slice(0, 10)),
  duration: fc.constantFrom("P1D", "PT15M"),
  email: fc.constantFrom("ada@example.com", "grace@example.org"),
  uuid: fc.uuid(),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  hostname: fc.domain(),
};

/** Numbers from 0 up to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function limit(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
