import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { HistoryItem, ImageSource } from "@ktx/codex-runtime";
import { describeOutput, type PromptImage, readFile } from "./tool-output.ts";

/** A prompt of the AI SDK as the runtime takes it. */
export interface ConvertedPrompt {
  readonly system: string | undefined;
  readonly history: readonly HistoryItem[];
  readonly prompt: string;
  readonly images: readonly ImageSource[];
  /** The parts that Codex cannot take, each once. */
  readonly unsupported: readonly string[];
}

/** The prompt of a turn that only continues the history before it. */
const continuation = "Continue.";

/**
 * Converts a prompt: its last user message is the turn, and the messages before are the history of the thread. Images of
 * earlier messages and results are shown with the turn, under the number that stands at their place. Pure.
 */
export function convertPrompt(messages: LanguageModelV4Prompt): ConvertedPrompt {
  const parts = new PromptParts();
  const said = messages.filter(({ role }) => role !== "system");
  const last = said.at(-1);
  const before = last?.role === "user" ? said.slice(0, -1) : said;
  const results = parts.results(said);
  const history = before.flatMap((message) => parts.history(message, results));
  const prompt = last?.role === "user" ? parts.user(last) : continuation;
  const system = messages
    .flatMap((message) => (message.role === "system" ? [message.content] : []))
    .join("\n\n");
  return {
    system: system === "" ? undefined : system,
    history,
    prompt,
    images: parts.images,
    unsupported: [...parts.unsupported],
  };
}

class PromptParts {
  readonly images: ImageSource[] = [];
  readonly unsupported = new Set<string>();

  /** The texts of all results by the ids of their calls. */
  results(messages: LanguageModelV4Prompt): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const message of messages) {
      if (message.role !== "tool" && message.role !== "assistant") continue;
      for (const part of message.content) {
        if (part.type !== "tool-result") continue;
        const { text, images } = describeOutput(part.output);
        const shown = [text, ...images.map((image) => this.#show(image))];
        found.set(part.toolCallId, shown.filter((each) => each !== "").join("\n"));
      }
    }
    return found;
  }

  history(
    message: LanguageModelV4Message,
    results: ReadonlyMap<string, string>,
  ): readonly HistoryItem[] {
    if (message.role === "user") return toMessage("user", this.user(message));
    if (message.role !== "assistant") return [];
    return message.content.flatMap((part): readonly HistoryItem[] => {
      if (part.type === "text") return toMessage("assistant", part.text);
      if (part.type === "tool-call")
        return [
          {
            type: "tool-call",
            tool: part.toolName,
            arguments: toRecord(part.input),
            result: results.get(part.toolCallId) ?? "The call was not answered.",
          },
        ];
      if (part.type !== "reasoning" && part.type !== "tool-result") this.unsupported.add(part.type);
      return [];
    });
  }

  user(message: Extract<LanguageModelV4Message, { role: "user" }>): string {
    return message.content
      .flatMap((part) => {
        if (part.type === "text") return [part.text];
        const file = readFile(part);
        if (file === undefined) this.unsupported.add(`file of type ${part.mediaType}`);
        if (typeof file === "object") return [this.#show(file)];
        return file === undefined ? [] : [file];
      })
      .join("\n");
  }

  #show({ data }: PromptImage): string {
    this.images.push({ bytes: typeof data === "string" ? Buffer.from(data, "base64") : data });
    return `[image ${this.images.length}]`;
  }
}

function toMessage(role: "user" | "assistant", text: string): readonly HistoryItem[] {
  return text.trim() === "" ? [] : [{ type: "message", role, text }];
}

function toRecord(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null ? { ...input } : {};
}
