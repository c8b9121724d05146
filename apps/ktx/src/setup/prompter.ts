/** The questions of setup. `cancelled`: the user wants to end it, and nothing is written. */
export interface Prompter {
  readonly select: <Value extends string>(question: {
    readonly message: string;
    readonly options: readonly Choice<Value>[];
    readonly initial?: Value | undefined;
  }) => Promise<Value | typeof cancelled>;
  readonly text: (question: {
    readonly message: string;
    readonly placeholder?: string;
    /** The answer that the user may change. */
    readonly initial?: string;
    /** The fault of an answer; undefined for a valid one. */
    readonly check: (answer: string) => string | undefined;
  }) => Promise<string | typeof cancelled>;
  /** A text that is not shown. */
  readonly secret: (question: {
    readonly message: string;
    readonly check: (answer: string) => string | undefined;
  }) => Promise<string | typeof cancelled>;
  readonly begin: (title: string) => void;
  readonly explain: (title: string, text: string) => void;
  readonly tell: (kind: "success" | "warning" | "step", text: string) => void;
  readonly end: (text: string) => void;
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

export const cancelled: unique symbol = Symbol("cancelled");
/** The user wants the question before this one. */
export const back: unique symbol = Symbol("back");

export const goBack: Choice<"back"> = { value: "back", label: "← back" };
