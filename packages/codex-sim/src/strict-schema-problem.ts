/** The first reason why the service would refuse an output schema. */
export interface StrictSchemaProblem {
  /** The place in the schema, as `$.properties.a.items`. */
  readonly path: string;
  /** The service's sentence. */
  readonly message: string;
}

/** The JSON body of the service's 400 answer to a schema that breaks its rules. */
export interface StrictSchemaRefusal {
  readonly error: {
    readonly message: string;
    readonly type: "invalid_request_error";
    readonly param: "text.format.schema";
    readonly code: "invalid_json_schema";
  };
}

/** The body of the 400 with which the service answers a request whose schema has this problem. */
export function strictSchemaRefusal(found: StrictSchemaProblem): StrictSchemaRefusal {
  return {
    error: {
      message: found.message,
      type: "invalid_request_error",
      param: "text.format.schema",
      code: "invalid_json_schema",
    },
  };
}

/** The service's answer to a value that is not a schema. */
export function notAJsonSchema(steps: readonly string[]): StrictSchemaProblem {
  return {
    path: pathOf(steps),
    message: `Invalid schema for response_format 'codex_output_schema'. Please ensure it is a valid JSON Schema.`,
  };
}

/** A sentence about one place. */
export function inContext(steps: readonly string[], sentence: string): StrictSchemaProblem {
  return problem(steps, `In context=${context(steps)}, ${sentence}`);
}

/** A sentence about the schema as a whole. */
export function problem(steps: readonly string[], sentence: string): StrictSchemaProblem {
  return {
    path: pathOf(steps),
    message: `Invalid schema for response_format 'codex_output_schema': ${sentence}`,
  };
}

/** The service prints a place as a Python tuple. */
export function context(steps: readonly string[]): string {
  return `(${steps.map(quote).join(", ")}${steps.length === 1 ? "," : ""})`;
}

/** A name as Python prints it. */
export function quote(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** A place in the other notation of the service. */
export function pathOf(steps: readonly string[]): string {
  return steps.reduce(
    (path, step, index) =>
      steps[index - 1] === "anyOf" && /^\d+$/.test(step) ? `${path}[${step}]` : `${path}.${step}`,
    "$",
  );
}

/** A value of the schema in a sentence. */
export function show(value: unknown): string {
  return typeof value === "string" ? value : showJson(value);
}

/** A value of the schema in a sentence, texts in their quotes. JSON itself has no bigints. */
export function showJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  const json = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? String(part) : part,
  );
  return json ?? String(value);
}
