/** Thrown before any turn for a schema that cannot be the form of an answer. */
export class UnsupportedOutputSchemaError extends Error {
  override readonly name = "UnsupportedOutputSchemaError";
  /** `unsupported`: no JSON can stand for it; `limit`: it is larger than the service accepts. */
  readonly code: "unsupported" | "limit";
  /** Where in the schema, as `$.orders[].customer`. */
  readonly path: string;
  readonly reason: string;
  /** The nearest thing that works. */
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

/** The compiled result, or `undefined` for a refusal. */
export function unlessRefused<Result>(compile: () => Result): Result | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError) return;
    throw error;
  }
}
