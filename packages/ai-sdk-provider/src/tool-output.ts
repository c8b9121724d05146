import type { LanguageModelV4ToolResultOutput, SharedV4FileData } from "@ai-sdk/provider";

/** An image of a prompt or a result. */
export interface PromptImage {
  readonly mediaType: string;
  /** Base64, or the bytes. */
  readonly data: string | Uint8Array;
}

/** The result of a client's tool as the model reads it. */
export interface DescribedOutput {
  readonly text: string;
  readonly images: readonly PromptImage[];
  readonly isError: boolean;
}

/** Converts the output of a tool to what the model sees. Pure. */
export function describeOutput(output: LanguageModelV4ToolResultOutput): DescribedOutput {
  switch (output.type) {
    case "text":
      return plain(output.value);
    case "json":
      return plain(JSON.stringify(output.value));
    case "error-text":
      return failed(output.value);
    case "error-json":
      return failed(JSON.stringify(output.value));
    case "execution-denied":
      return failed(
        `The user denied this call${output.reason === undefined ? "." : `: ${output.reason}`}`,
      );
    case "content": {
      const images: PromptImage[] = [];
      const texts = output.value.map((part) => {
        if (part.type === "text") return part.text;
        if (part.type === "custom") return "(a custom part, not shown)";
        const file = readFile(part);
        if (file === undefined) return `(a file of type ${part.mediaType}, not shown)`;
        if (typeof file === "string") return file;
        images.push(file);
        return "";
      });
      const text = texts.filter((each) => each !== "").join("\n");
      return { text, images, isError: false };
    }
    default:
      return output satisfies never;
  }
}

/** A file as a text or an image; undefined for another one. Pure. */
export function readFile({
  data,
  mediaType,
}: {
  readonly data: SharedV4FileData;
  readonly mediaType: string;
}): string | PromptImage | undefined {
  if (data.type === "text") return data.text;
  if (data.type !== "data" || !/^image(?:\/|$)/.test(mediaType)) return undefined;
  return { mediaType, data: data.data };
}

function plain(text: string): DescribedOutput {
  return { text, images: [], isError: false };
}

function failed(text: string): DescribedOutput {
  return { text, images: [], isError: true };
}
