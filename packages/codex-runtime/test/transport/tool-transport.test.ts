import { describe, expect, test } from "vitest";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import {
  resolveToolTransport,
  type ToolTransportScene,
} from "../../src/transport/tools/tool-transport.ts";

const usual: ToolTransportScene = { transport: "auto", hasOwnServer: false };

test.each<[string, Partial<ToolTransportScene>, "dynamic" | "mcp"]>([
  ["by default", {}, "dynamic"],
  ["on the app-server", { transport: "app-server" }, "dynamic"],
  ["on exec", { transport: "exec" }, "mcp"],
  ["in host isolation", { isolation: "host" }, "mcp"],
  ["with a server of the caller's", { hasOwnServer: true }, "mcp"],
  ["by choice", { toolTransport: "mcp" }, "mcp"],
  ["by choice, in host isolation", { toolTransport: "dynamic", isolation: "host" }, "dynamic"],
])("tools are called %s as %j says", (_, scene, expected) => {
  expect(resolveToolTransport({ ...usual, ...scene })).toBe(expected);
});

describe("a runtime refuses", () => {
  function creating(options: Partial<CodexRuntimeOptions>): () => unknown {
    return () =>
      new CodexKtxLlmRuntime({
        projectDir: "/project",
        modelSlots: { default: "gpt-5.5" },
        ...options,
      });
  }

  test.each<[string, Partial<CodexRuntimeOptions>, RegExp]>([
    ["exec", { transport: "exec" }, /got "dynamic" with `transport: "exec"`/],
    [
      "a server of the caller's",
      { startMcpServer: () => Promise.reject(new Error("not started")) },
      /got "dynamic" with `startMcpServer` or `runner`/,
    ],
    [
      "an injected runner",
      { runner: { runStreamed: () => Promise.reject(new Error("not started")) } },
      /got "dynamic" with `startMcpServer` or `runner`/,
    ],
  ])("dynamic tools with %s", (_, options, message) => {
    const create = creating({ toolTransport: "dynamic", ...options });
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: "tool-transport" }));
  });

  test("an unknown way to call tools", () => {
    expect(creating({ toolTransport: "carrier-pigeon" as never })).toThrow(/got 'carrier-pigeon'/);
  });
});
