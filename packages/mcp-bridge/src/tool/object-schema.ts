/**
 * The schema of a tool: `z.object(…)` of any zod 4, also of another copy or of `zod/mini`. The type declares only
 * the members that ktx uses, since TypeScript cannot compare the classes of two versions of zod.
 */
export interface ObjectSchema<Output = unknown, Input = unknown> {
  readonly _zod: {
    readonly output: Output;
    readonly input: Input;
    readonly def: { readonly type: "object" };
  };
}

/** The output type of a schema: the value that `execute` gets. */
export type OutputOf<Schema extends ObjectSchema> = Schema["_zod"]["output"];

/** The input type of a schema: the value that a tool returns. */
export type InputOf<Schema extends ObjectSchema> = Schema["_zod"]["input"];
