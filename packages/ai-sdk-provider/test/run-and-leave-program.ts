import { generateText, streamText, tool } from "ai";
import { z } from "zod";
import { createKtx } from "../src/index.ts";

/** A program that answers no tool call, or late, and disposes nothing. */
const [, , way = "", baseUrl = ""] = process.argv;
const ktx = createKtx({
  endpoint: { baseUrl },
  // The mark of its processes.
  env: { ...process.env, TMP: baseUrl },
});
const model = ktx("gpt-5.5");
const inputSchema = z.object({ city: z.string() });
const tools = { weather: tool({ inputSchema, outputSchema: z.string() }) };
const prompt = "Weather?";
switch (way) {
  case "a call that nobody answers":
    print(await generateText({ model, tools, prompt }));
    break;
  case "two calls that nobody answers": {
    const ask = () => generateText({ model, tools, prompt });
    for (const each of await Promise.all([ask(), ask()])) print(each);
    break;
  }
  case "a streamed call that nobody answers":
    print({ toolCalls: await streamText({ model, tools, prompt }).toolCalls });
    break;
  case "a call whose tool takes its time": {
    const execute = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return "Rain.";
    };
    const slow = { weather: tool({ inputSchema, execute }) };
    print(await generateText({ model, tools: slow, prompt }));
    break;
  }
}

function print({ toolCalls }: { readonly toolCalls: readonly { readonly toolName: string }[] }) {
  console.log(toolCalls.map(({ toolName }) => toolName).join(" "));
}
