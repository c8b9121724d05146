import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";

export const add = defineTool({
  name: "add",
  description: "Adds two numbers.",
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => ({ markdown: `The sum is ${a + b}.`, structured: { sum: a + b } }),
});

export const fail = defineTool({
  name: "fail",
  description: "Always fails.",
  inputSchema: z.object({ why: z.string() }),
  execute: ({ why }) => {
    throw new Error(`it failed: ${why}`);
  },
});

export const tools: ToolSet = { add, fail };

/** A tool that only ends with its signal, and tells when it was called and when it was let go. */
export function endlessTool(): {
  readonly tools: ToolSet;
  readonly called: Promise<void>;
  readonly released: Promise<void>;
} {
  const called = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const wait = defineTool({
    name: "hold",
    description: "Waits for ever.",
    inputSchema: z.object({}),
    execute: async (_, { signal }) => {
      called.resolve();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      released.resolve();
      return "let go";
    },
  });
  return { tools: { wait }, called: called.promise, released: released.promise };
}
