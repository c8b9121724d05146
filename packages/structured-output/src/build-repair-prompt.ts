import { describeIssues, type OutputIssue } from "./output-issue.ts";

/** An answer that its schema refused. */
export interface RefusedAnswer {
  /** The answer, unchanged. */
  readonly text: string;
  /** At least one. */
  readonly issues: readonly OutputIssue[];
}

/**
 * The prompt for a corrected answer in the thread of the refused one: the validation errors and the request.
 *
 * @param hasTools True when the model can call tools there.
 */
export function buildRepairFollowUp(
  { issues }: Pick<RefusedAnswer, "issues">,
  hasTools: boolean,
): string {
  const aboutTools = hasTools
    ? " Earlier tool results are still valid. Call a tool again only if information is missing."
    : "";
  return `Your last message is not a valid answer. ${describeErrors(issues)}

Reply with the complete corrected answer. Keep every part that is valid.${aboutTools}`;
}

/** The prompt for a corrected answer in a new thread: the first prompt, the refused answer, the errors and the request. */
export function buildRepairPrompt(prompt: string, { text, issues }: RefusedAnswer): string {
  return `${prompt}

Your earlier answer to this is not valid:

<answer>
${text}
</answer>

${describeErrors(issues)}

Reply with the complete corrected answer. Keep every part that is valid. No tools are available now.`;
}

function describeErrors(issues: readonly OutputIssue[]): string {
  return `Validation errors (\`$\` is the whole answer; map entries appear under their key):

<errors>
${describeIssues(issues)}
</errors>`;
}
