import type { CliIo } from "../cli-io.ts";
import type { ChatInput } from "./chat-input.ts";

/** Each line of a pipe is a prompt. */
export function openPipedInput({ stdin, signal }: Pick<CliIo, "stdin" | "signal">): ChatInput {
  const lines = linesOf(stdin.setEncoding("utf8"));
  const gone = new Promise<"gone">((resolve) => {
    if (signal.aborted) resolve("gone");
    signal.addEventListener("abort", () => resolve("gone"), { once: true });
  });
  return {
    next: async () => {
      const line = await Promise.race([lines.next(), gone]);
      if (line === "gone" || line.done === true) return { type: "end" };
      return { type: "text", text: line.value };
    },
    during: (work) => work(signal),
    [Symbol.dispose]: () => stdin.destroy(),
  };
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
