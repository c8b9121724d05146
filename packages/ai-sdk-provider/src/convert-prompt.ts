import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { HistoryItem, ImageSource } from "@ktx/codex-runtime";
import { describeOutput } from "./tool-output.ts";

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

/** Converts a prompt: its last user message is the turn, and the messages before are the history of the thread. Pure. */
export function convertPrompt(messages: LanguageModelV4Prompt): ConvertedPrompt {
  const unsupported = new Set<string>();
  const images: ImageSource[] = [];
  const said = messages.filter(({ role }) => role !== "system");
  const last = said.at(-1);
  const before = last?.role === "user" ? said.slice(0, -1) : said;
  const results = resultsOf(said);
  const history = before.flatMap((message) => toHistory(message, results, images, unsupported));
  const prompt =
    last?.role === "user" ? readUser(last, images, unsupported) || "See the images." : continuation;
  const system = messages
    .flatMap((message) => (message.role === "system" ? [message.content] : []))
    .join("\n\n");
  return {
    system: system === "" ? undefined : system,
    history,
    prompt,
    images,
    unsupported: [...unsupported],
  };
}

function toHistory(
  message: LanguageModelV4Message,
  results: ReadonlyMap<string, string>,
  images: ImageSource[],
  unsupported: Set<string>,
): readonly HistoryItem[] {
  if (message.role === "user") {
    const text = readUser(message, images, unsupported);
    return text.trim() === "" ? [] : [{ type: "message", role: "user", text }];
  }
  if (message.role !== "assistant") return [];
  return message.content.flatMap((part): readonly HistoryItem[] => {
    if (part.type === "text")
      return part.text.trim() === ""
        ? []
        : [{ type: "message", role: "assistant", text: part.text }];
    if (part.type === "tool-call")
      return [
        {
          type: "tool-call",
          tool: part.toolName,
          arguments: toRecord(part.input),
          result: results.get(part.toolCallId) ?? "The call was not answered.",
        },
      ];
    if (part.type !== "reasoning" && part.type !== "tool-result") unsupported.add(part.type);
    return [];
  });
}

function readUser(
  message: Extract<LanguageModelV4Message, { role: "user" }>,
  images: ImageSource[],
  unsupported: Set<string>,
): string {
  return message.content
    .flatMap((part) => {
      if (part.type === "text") return [part.text];
      if (part.data.type === "text") return [part.data.text];
      if (part.data.type === "data" && part.mediaType.startsWith("image")) {
        const { data } = part.data;
        images.push({ bytes: typeof data === "string" ? Buffer.from(data, "base64") : data });
        return [`[image ${images.length}]`];
      }
      unsupported.add(`file of ${part.mediaType}`);
      return [];
    })
    .join("\n");
}

/** The texts of all results by the ids of their calls. */
function resultsOf(messages: LanguageModelV4Prompt): ReadonlyMap<string, string> {
  return new Map(
    messages.flatMap((message) =>
      message.role === "tool" || message.role === "assistant"
        ? message.content.flatMap((part) =>
            part.type === "tool-result"
              ? [[part.toolCallId, describeOutput(part.output).text] as const]
              : [],
          )
        : [],
    ),
  );
}

function toRecord(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null ? { ...input } : {};
}
