import { describeIssues, type OutputIssue } from "./output-issue.ts";

/** An answer that its schema refused. */
export interface RefusedAnswer {
  /** The answer as it came. */
  readonly text: string;
  /** At least one. */
  readonly issues: readonly OutputIssue[];
}

/** Asks again: the prompt, the answer to it, what is wrong with that, and what to do. */
export function buildRepairPrompt(prompt: string, { text, issues }: RefusedAnswer): string {
  return `${prompt}

You have answered this before, and the answer could not be accepted. It was:

<answer>
${text}
</answer>

What is wrong with it, each at its path. $ is the whole answer, and an entry of a list of keys and values is found under its key:

<problems>
${describeIssues(issues)}
</problems>

Give the whole answer again, corrected. Keep all of it that was right: there are no tools to find it out again.`;
}
