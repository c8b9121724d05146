import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  type CallToolResult,
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";

type Act = (
  input: Record<string, unknown>,
  signal: AbortSignal,
) => CallToolResult | Promise<CallToolResult>;

interface ForeignTool {
  readonly listing: Omit<Tool, "name">;
  readonly act: Act;
}

const nothing = { inputSchema: { type: "object" as const } };

function text(value: string): CallToolResult {
  return { content: [{ type: "text", text: value }] };
}

/** What the calls of the tools have left behind, for a test in the same process. */
export interface ForeignLog {
  /** The `_meta` of each call, without the token of its progress. */
  readonly metas?: unknown[];
  readonly cancelled: string[];
}

/** The tools of a server that others wrote, with JSON Schemas and results of all kinds. */
export function offerForeignTools(server: Server, log: ForeignLog = { cancelled: [] }): void {
  const tools = new Map<string, ForeignTool>([
    [
      "read.file",
      {
        listing: {
          title: "Read a file",
          description: "Reads a file.",
          inputSchema: {
            type: "object",
            properties: {
              path: { type: "string", minLength: 1, description: "Its path" },
              lines: { type: "integer", minimum: 1, default: 5 },
            },
            required: ["path"],
          },
          annotations: { readOnlyHint: true, idempotentHint: true },
        },
        act: ({ path }) => text(`The text of ${String(path)}.`),
      },
    ],
    ["environment", { listing: nothing, act: () => text(JSON.stringify(process.env)) }],
    [
      "structured",
      {
        listing: {
          ...nothing,
          outputSchema: { type: "object", properties: { n: { type: "nonsense" } } },
        },
        act: () => ({ ...text("Two rows."), structuredContent: { rows: [1, 2] } }),
      },
    ],
    [
      "repeated",
      {
        listing: nothing,
        act: () => ({ ...text('{ "n": 1 }'), structuredContent: { n: 1 } }),
      },
    ],
    ["long", { listing: nothing, act: () => text("a line\n".repeat(20_000)) }],
    ["endless", { listing: nothing, act: () => text("x".repeat(11 * 1024 * 1024)) }],
    [
      "decline",
      {
        listing: nothing,
        act: () => ({ ...text(`refused: ${process.env["API_TOKEN"] ?? ""}`), isError: true }),
      },
    ],
    [
      "crash",
      {
        listing: nothing,
        act: () => {
          process.stderr.write(`out of disk, token ${process.env["API_TOKEN"] ?? ""}\n`, () => {
            process.exitCode = 3;
            process.stdin.destroy();
          });
          return new Promise(() => {});
        },
      },
    ],
    [
      "hang",
      {
        listing: nothing,
        act: (_, signal) => {
          signal.addEventListener("abort", () => log.cancelled.push("hang"));
          return new Promise(() => {});
        },
      },
    ],
    [
      "grow",
      {
        listing: nothing,
        act: async () => {
          tools.set("grown", { listing: nothing, act: () => text("I am new.") });
          await server.sendToolListChanged();
          return text("done");
        },
      },
    ],
  ]);
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const all = [...tools].map(([name, { listing }]) => ({ name, ...listing }));
    // Two pages.
    return params?.cursor === "rest"
      ? { tools: all.slice(3) }
      : { tools: all.slice(0, 3), nextCursor: "rest" };
  });
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const tool = tools.get(params.name);
    if (tool === undefined) throw new Error(`no tool ${params.name}`);
    const { progressToken: _token, ...meta } = params._meta ?? {};
    log.metas?.push(meta);
    return tool.act(params.arguments ?? {}, signal);
  });
}
