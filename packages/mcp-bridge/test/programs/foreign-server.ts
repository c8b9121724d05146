import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { offerForeignTools } from "./foreign-tools.ts";

// An MCP server that knows nothing of ktx. It stays when its input ends, and ignores SIGTERM, where it is asked to.
const server = new Server(
  { name: "foreign", version: "1.0.0" },
  { capabilities: { tools: { listChanged: true } } },
);
offerForeignTools(server);

const pidFile = process.env["PID_FILE"];
if (pidFile !== undefined) {
  const grandchild = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.on("SIGTERM", () => {});
  setInterval(() => {}, 1_000);
  writeFileSync(pidFile, JSON.stringify([process.pid, grandchild.pid]));
}
console.log("This line is no message.");
await server.connect(new StdioServerTransport());
