/** The work of a run: a text, a checked object, or a text after one call of a tool. */
export const works = ["text", "object", "tool"] as const;

export type Work = (typeof works)[number];

export const prompts: Readonly<Record<Work, string>> = {
  text: "Say yes.",
  object: "Say yes, as an object.",
  tool: "Use the tool.",
};

/** One way to do the works. */
export interface Contender extends AsyncDisposable {
  readonly name: "sdk" | "exec" | "auto" | "loop";
  /** One run. Rejects when it did not do its work. */
  readonly run: (work: Work) => Promise<void>;
}

/** The certificates that Codex loads: one, which is enough for plain HTTP, or all of the system. */
type Bundle = "one" | "system";

export interface ContenderInput {
  readonly baseUrl: string;
  readonly bundle: Bundle;
  /** An empty folder of this contender alone. */
  readonly folder: string;
}

export const model = "gpt-5.5";

export function expectYes(work: Work, answer: unknown): void {
  const found = JSON.stringify(answer);
  const expected = work === "object" ? '{"answer":"yes"}' : '"yes"';
  if (found !== expected) throw new Error(`Expected the answer ${expected}, got ${found}.`);
}

export const answerSchema = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};
