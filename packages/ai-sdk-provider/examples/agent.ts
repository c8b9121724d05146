import { ktx } from "@ktx/ai-sdk-provider";
import { tool, ToolLoopAgent } from "ai";
import { z } from "zod";

const agent = new ToolLoopAgent({
  model: ktx("gpt-5.5"),
  instructions: "You answer questions about the weather, in Celsius.",
  tools: {
    weather: tool({
      description: "The weather of a city, in Fahrenheit.",
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => ({ city, fahrenheit: 50 }),
    }),
    toCelsius: tool({
      description: "Converts Fahrenheit to Celsius.",
      inputSchema: z.object({ fahrenheit: z.number() }),
      execute: ({ fahrenheit }) => Math.round(((fahrenheit - 32) * 5) / 9),
    }),
  },
});

const { text, steps } = await agent.generate({ prompt: "How warm is it in Oslo?" });
console.log(text);
console.log(steps.map(({ toolCalls }) => toolCalls.map(({ toolName }) => toolName)));
