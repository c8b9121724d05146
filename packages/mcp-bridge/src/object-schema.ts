/**
 * What a tool's schema has to be: `z.object(…)` of any zod 4, also of another copy or of `zod/mini`. The type
 * names only what is used of it, since TypeScript cannot compare the classes of two versions of zod.
 */
export interface ObjectSchema<Output = unknown, Input = unknown> {
  readonly _zod: {
    readonly output: Output;
    readonly input: Input;
    readonly def: { readonly type: "object" };
  };
}

/** What a schema yields: the value that `execute` gets. */
export type OutputOf<Schema extends ObjectSchema> = Schema["_zod"]["output"];

/** What a schema takes: the value that a tool returns. */
export type InputOf<Schema extends ObjectSchema> = Schema["_zod"]["input"];
