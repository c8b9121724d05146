import type { LanguageModelV4ToolResultOutput } from "@ai-sdk/provider";

/** The result of a client's tool as the model reads it. */
export interface DescribedOutput {
  readonly text: string;
  readonly isError: boolean;
}

/** Converts the output of a tool to the text that the model reads. Pure. */
export function describeOutput(output: LanguageModelV4ToolResultOutput): DescribedOutput {
  switch (output.type) {
    case "text":
      return { text: output.value, isError: false };
    case "json":
      return { text: JSON.stringify(output.value), isError: false };
    case "error-text":
      return { text: output.value, isError: true };
    case "error-json":
      return { text: JSON.stringify(output.value), isError: true };
    case "execution-denied":
      return {
        text: `The user denied this call${output.reason === undefined ? "." : `: ${output.reason}`}`,
        isError: true,
      };
    case "content": {
      const texts = output.value.map((part) =>
        part.type === "text" ? part.text : `(a part of type ${part.type}, not shown)`,
      );
      return { text: texts.join("\n"), isError: false };
    }
    default:
      return output satisfies never;
  }
}
