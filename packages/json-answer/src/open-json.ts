/**
 * JSON whose end is not there yet: what is complete of it, and the part that is being written. Its containers
 * grow when its reader reads on.
 */
export type OpenJson =
  | {
      readonly kind: "object";
      /** Those that are complete. */
      readonly members: Readonly<Record<string, unknown>>;
      /** The one that is being written, from the first character of its value on. */
      readonly last?: { readonly key: string; readonly json: OpenJson };
    }
  | {
      readonly kind: "list";
      readonly items: readonly unknown[];
      readonly last?: OpenJson;
    }
  /** The characters of a string so far. */
  | { readonly kind: "text"; readonly text: string }
  /** The characters of a number, of true, false or null, so far. */
  | { readonly kind: "scalar"; readonly text: string };

/** JSON as far as it was read. */
export type JsonSoFar =
  | { readonly isComplete: true; readonly value: unknown }
  | { readonly isComplete: false; readonly open: OpenJson };
