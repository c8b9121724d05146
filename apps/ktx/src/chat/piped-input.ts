import type { CliIo } from "../cli-io.ts";
import type { ChatInput } from "./chat-input.ts";

/** Each line of a pipe is a prompt, or the answer to a question. */
export function openPipedInput({
  stdin,
  stderr,
  signal,
}: Pick<CliIo, "stdin" | "stderr" | "signal">): ChatInput {
  const lines = linesOf(stdin.setEncoding("utf8"));
  /** The line that is waited for; a question that was given up leaves it to the next one. */
  let coming: ReturnType<typeof lines.next> | undefined;
  const nextLine = async (until: AbortSignal): Promise<string | undefined> => {
    coming ??= lines.next();
    const line = await Promise.race([coming, abortOf(until)]);
    if (line === "aborted") return undefined;
    coming = undefined;
    return line.done === true ? undefined : line.value;
  };
  return {
    next: async () => {
      const text = await nextLine(signal);
      return text === undefined ? { type: "end" } : { type: "text", text };
    },
    during: (work) => work(signal),
    ask: async ({ text, prompt }, aborted) => {
      aborted.throwIfAborted();
      stderr.write(`${text}\n${prompt}`);
      const answer = await nextLine(aborted);
      if (aborted.aborted) stderr.write("\n");
      aborted.throwIfAborted();
      return answer ?? "";
    },
    [Symbol.dispose]: () => stdin.destroy(),
  };
}

function abortOf(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
}

/** Not Node's `readline`, which also ends a line at U+2028. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let begun = "";
  for await (const chunk of chunks) {
    const lines = (begun + chunk).split("\n");
    begun = lines.pop() ?? "";
    yield* lines;
  }
  if (begun !== "") yield begun;
}
