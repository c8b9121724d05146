import { describeIssues, type OutputIssue } from "@ktx/structured-output";

/** An answer that its schema refused. */
export interface RefusedAnswer {
  /** The answer as it came. */
  readonly text: string;
  /** At least one. */
  readonly issues: readonly OutputIssue[];
}

/**
 * Asks for the answer again in the thread that it was given in: what is wrong with it, and what to do.
 *
 * @param hasTools Whether the model can call tools there.
 */
export function buildRepairFollowUp(
  { issues }: Pick<RefusedAnswer, "issues">,
  hasTools: boolean,
): string {
  const aboutTools = hasTools
    ? " What the tools told and did still holds: call one again only for what is missing."
    : "";
  return `Your last message could not be accepted as the answer. ${describeProblems(issues)}

Give the whole answer again, corrected. Keep all of it that was right.${aboutTools}`;
}

/** Asks for the answer again in another thread: the prompt, the answer to it, what is wrong, and what to do. */
export function buildRepairPrompt(prompt: string, { text, issues }: RefusedAnswer): string {
  return `${prompt}

You have answered this before, and the answer could not be accepted. It was:

<answer>
${text}
</answer>

${describeProblems(issues)}

Give the whole answer again, corrected. Keep all of it that was right: there are no tools to find it out again.`;
}

function describeProblems(issues: readonly OutputIssue[]): string {
  return `What is wrong with it, each at its path. $ is the whole answer, and an entry of a list of keys and values is found under its key:

<problems>
${describeIssues(issues)}
</problems>`;
}
