import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
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
  for (const message of before) parts.addToHistory(message);
  const prompt = last?.role === "user" ? parts.user(last) : continuation;
  const system = messages
    .flatMap((message) => (message.role === "system" ? [message.content] : []))
    .join("\n\n");
  return {
    system: system === "" ? undefined : system,
    history: parts.history,
    prompt,
    images: parts.images,
    unsupported: [...parts.unsupported],
  };
}

class PromptParts {
  readonly history: HistoryItem[] = [];
  readonly images: ImageSource[] = [];
  readonly unsupported = new Set<string>();
  /** The places of calls in the history, by their ids. */
  readonly #places = new Map<string, number>();

  addToHistory(message: LanguageModelV4Message): void {
    if (message.role === "system") return;
    if (message.role === "user") return this.#say("user", this.user(message));
    for (const part of message.content) {
      if (part.type === "text") this.#say("assistant", part.text);
      else if (part.type === "tool-call") this.#call(part);
      else if (part.type === "tool-result") this.#answer(part);
      else if (part.type !== "reasoning" && part.type !== "tool-approval-response")
        this.unsupported.add(part.type);
    }
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

  #say(role: "user" | "assistant", text: string): void {
    if (text.trim() !== "") this.history.push({ type: "message", role, text });
  }

  #call({ toolCallId, toolName, input }: LanguageModelV4ToolCallPart): void {
    const result = "The call was not answered.";
    const call = { type: "tool-call", tool: toolName, arguments: toRecord(input), result } as const;
    this.#places.set(toolCallId, this.history.push(call) - 1);
  }

  /** A result belongs to the latest call of its id before it. */
  #answer({ toolCallId, output }: LanguageModelV4ToolResultPart): void {
    const place = this.#places.get(toolCallId);
    const call = place === undefined ? undefined : this.history[place];
    if (place === undefined || call?.type !== "tool-call")
      return void this.unsupported.add("tool result without its call");
    const { text, images } = describeOutput(output);
    const shown = [text, ...images.map((image) => this.#show(image))];
    const result = shown.filter((each) => each !== "").join("\n");
    this.history[place] = { ...call, result };
  }

  #show({ data }: PromptImage): string {
    this.images.push({ bytes: typeof data === "string" ? Buffer.from(data, "base64") : data });
    return `[image ${this.images.length}]`;
  }
}

function toRecord(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null ? { ...input } : {};
}
