import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { z } from "zod";
import type { BridgedTool } from "../tool/bridged-tool.ts";
import type { ListedTool } from "./list-server-tools.ts";
import type { McpConnection } from "./mcp-connection.ts";
import { layOutServerResult } from "./server-result.ts";

export interface ServerToolOptions {
  /** The tool's name for the model. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** A tool of an MCP server as one of the host's own. */
export function serverTool(
  connection: McpConnection,
  listed: ListedTool,
  { name, timeoutMs }: ServerToolOptions,
): BridgedTool<Record<string, unknown>> {
  const { title, description, inputSchema, annotations } = listed;
  const check = inputCheck(inputSchema);
  return {
    name,
    ...(title !== undefined && { title }),
    // A server may leave it out, and the model needs one.
    description: description?.trim() ? description : (title ?? listed.name),
    inputSchema: z.looseObject({}).superRefine((input, issues) => {
      const message = check(input);
      if (message !== undefined) issues.addIssue({ code: "custom", message });
    }),
    foreignInputSchema: inputSchema,
    ...(annotations !== undefined && { annotations }),
    timeoutMs,
    execute: async (input, context) =>
      layOutServerResult(
        await connection.call(listed.name, input, { ...context, timeoutMs }),
        (text) => connection.redact(text),
      ),
  };
}

/** Finds the faults of an input; compiled at the first call. A schema that cannot be read is left to the server. */
function inputCheck(schema: ListedTool["inputSchema"]): (input: unknown) => string | undefined {
  type Check = ReturnType<AjvJsonSchemaValidator["getValidator"]>;
  let compiled: Check | undefined;
  return (input) => {
    compiled ??= compile(schema) ?? (() => ({ valid: true, data: input, errorMessage: undefined }));
    const { valid, errorMessage } = compiled(input);
    return valid ? undefined : errorMessage;
  };

  function compile(named: Record<string, unknown>): Check | undefined {
    // The validator keeps what has an id, and would look the draft up.
    const anonymous = Object.entries(named).filter(([key]) => key !== "$id" && key !== "$schema");
    try {
      return new AjvJsonSchemaValidator().getValidator(Object.fromEntries(anonymous));
    } catch {
      return undefined;
    }
  }
}
