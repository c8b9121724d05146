import { generateText, streamText, tool } from "ai";
import { z } from "zod";
import { createKtx } from "../src/index.ts";

/** A program that answers no tool call, and disposes nothing. */
const [, , way = "", baseUrl = ""] = process.argv;
const ktx = createKtx({
  endpoint: { baseUrl },
  // The mark of its processes.
  env: { ...process.env, TMP: baseUrl },
});
const inputSchema = z.object({ city: z.string() });
const asked = {
  model: ktx("gpt-5.5"),
  tools: { weather: tool({ inputSchema }) },
  prompt: "Weather?",
};
switch (way) {
  case "a call that nobody answers":
    print(await generateText(asked));
    break;
  case "two calls that nobody answers":
    for (const each of await Promise.all([generateText(asked), generateText(asked)])) print(each);
    break;
  case "a streamed call that nobody answers": {
    const { toolCalls } = streamText(asked);
    print({ toolCalls: await toolCalls });
    break;
  }
  case "a call whose tool takes its time": {
    const execute = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return "Rain.";
    };
    const tools = { weather: tool({ inputSchema, execute }) };
    print(await generateText({ ...asked, tools }));
    break;
  }
}

function print({ toolCalls }: { readonly toolCalls: readonly { readonly toolName: string }[] }) {
  console.log(toolCalls.map(({ toolName }) => toolName).join(" "));
}
