import { createRequire } from "node:module";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type LoggingLevel,
  LoggingLevelSchema,
  type ServerNotification,
  SetLevelRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { ToolHost } from "../call/tool-host.ts";
import { logNotification, progressNotification } from "./tool-notifications.ts";

/**
 * One MCP server for one session, not yet connected. Its handlers are set on the SDK's low-level server, since the
 * high-level one would validate with its own copy of the schemas and write its errors for people.
 */
export function createToolServer(host: ToolHost): Server {
  const { server } = new McpServer(
    { name: "ktx", version },
    { capabilities: { tools: {}, logging: {} }, jsonSchemaValidator },
  );
  const listings = host.tools.map(({ listing }) => listing);
  let leastLevel: LoggingLevel = "debug";
  server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    leastLevel = params.level;
    return {};
  });
  server.setRequestHandler(ListToolsRequestSchema, () => {
    const client = server.getClientVersion();
    host.reportListed(client && { name: client.name, version: client.version });
    return { tools: listings };
  });
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }, { signal, sendNotification }) => {
      const progressToken = params._meta?.progressToken;
      // A client that has left gets no more messages; its signal ends the call.
      const notify = (notification: ServerNotification): void =>
        void sendNotification(notification).catch(() => {});
      return host.call(params.name, params.arguments ?? {}, {
        signal,
        progress: (report) => {
          if (progressToken === undefined) return;
          const notification = progressNotification(progressToken, report);
          if (notification !== undefined) notify(notification);
        },
        log: (level, data) => {
          if (severity(level) < severity(leastLevel)) return;
          notify(logNotification(level, params.name, data));
        },
      });
    },
  );
  return server;
}

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Shared: one per server would cost more than a call, for a feature that is unused here. */
const jsonSchemaValidator = new AjvJsonSchemaValidator();

function severity(level: LoggingLevel): number {
  return LoggingLevelSchema.options.indexOf(level);
}
