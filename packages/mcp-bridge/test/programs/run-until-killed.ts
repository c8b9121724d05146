import { connectMcpTools } from "../../src/index.ts";

// Connects, says so, and stays until it is killed, without disposing anything.
const tools = await connectMcpTools({
  command: process.execPath,
  args: [`${import.meta.dirname}/foreign-server.ts`],
  env: { PID_FILE: process.argv[2] ?? "" },
});
console.log(Object.keys(tools.toolSet).length);
if (process.argv[3] === "throw") throw new Error("The host ends by this.");
