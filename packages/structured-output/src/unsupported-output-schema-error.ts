/** Thrown before any turn for a schema that cannot describe an answer. */
export class UnsupportedOutputSchemaError extends Error {
  override readonly name = "UnsupportedOutputSchemaError";
  /** `unsupported`: its values have no JSON form; `limit`: it is larger than the service accepts. */
  readonly code: "unsupported" | "limit";
  /** The place in the schema, as in `$.orders[].customer`. */
  readonly path: string;
  readonly reason: string;
  /** The nearest schema that works. */
  readonly suggestion: string;

  constructor(problem: Omit<UnsupportedOutputSchemaError, keyof Error>) {
    super(
      `The output schema cannot be used: ${problem.reason} (at ${problem.path}). ${problem.suggestion}`,
    );
    this.code = problem.code;
    this.path = problem.path;
    this.reason = problem.reason;
    this.suggestion = problem.suggestion;
  }
}

/** The compiled result, or `undefined` for a refused schema. */
export function unlessRefused<Result>(compile: () => Result): Result | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError) return;
    throw error;
  }
}
