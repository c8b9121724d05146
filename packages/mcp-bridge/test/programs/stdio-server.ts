import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { connectToolSet } from "../../src/index.ts";
import { greet } from "../builders.ts";

await connectToolSet({ toolSet: { greet }, transport: new StdioServerTransport() });
