import type { BridgedTool, ToolContext } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { copyTool } from "../src/copy-tool.ts";
import { offerToCodex } from "../src/offer-to-codex.ts";
import { wrapTools } from "../src/wrap-tools.ts";

const context: ToolContext = {
  signal: new AbortController().signal,
  progress: () => {},
  log: () => {},
};

class Counter implements BridgedTool<{ by: number }> {
  readonly #prefix = "counted";
  readonly annotations = { idempotentHint: true };
  readonly timeoutMs = 100;
  get name(): string {
    return `${this.#prefix}_tool`;
  }
  get description(): string {
    return `Says ${this.#prefix}.`;
  }
  get inputSchema(): z.ZodObject {
    return z.object({ by: z.number() });
  }
  execute({ by }: { by: number }): string {
    return `${this.#prefix} ${by}`;
  }
}

test("a tool that is an instance of a class keeps all that it has, private state included", async () => {
  const { counter } = wrapTools({ counter: new Counter() }, (execute) => execute);
  expect({ ...counter }).toMatchObject({
    name: "counted_tool",
    description: "Says counted.",
    annotations: { idempotentHint: true },
    timeoutMs: 100,
  });
  expect(await counter?.execute({ by: 2 } as never, context)).toBe("counted 2");
});

test("such a tool keeps it where its schema is offered in another form", async () => {
  class Ranged extends Counter {
    override get inputSchema(): z.ZodObject {
      return z.object({ by: z.int().min(1).max(50) });
    }
  }
  const { ranged } = offerToCodex({ ranged: new Ranged() });
  expect(ranged).toMatchObject({ name: "counted_tool", inputJsonSchema: expect.any(Object) });
  expect(await ranged?.execute({ by: 3 } as never, context)).toBe("counted 3");
});

test("a frozen tool is wrapped, and is not changed", () => {
  const tool = Object.freeze({ ...copyTool(new Counter()), execute: () => "own" });
  const { counter } = wrapTools({ counter: tool }, () => () => "wrapped");
  expect(counter?.execute({ by: 1 } as never, context)).toBe("wrapped");
  expect(tool.execute()).toBe("own");
});

test("a wrapper is told the tool and its alias", () => {
  const seen: unknown[] = [];
  wrapTools({ one: new Counter() }, (execute, { name }, alias) => {
    seen.push([name, alias]);
    return execute;
  });
  expect(seen).toEqual([["counted_tool", "one"]]);
});
