import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { defineTool, type ToolSet } from "../../src/index.ts";

const nothing = z.object({});
const redPixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const silence = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

/** The tools that the official suite calls, by the names and results that it expects of a server. */
export const fixtureTools: ToolSet = {
  text: defineTool({
    name: "test_simple_text",
    description: "Returns a text.",
    inputSchema: nothing,
    execute: () => "This is a simple text response for testing.",
  }),
  image: defineTool({
    name: "test_image_content",
    description: "Returns an image.",
    inputSchema: nothing,
    execute: () => ({ content: [{ type: "image", data: redPixel, mimeType: "image/png" }] }),
  }),
  audio: defineTool({
    name: "test_audio_content",
    description: "Returns a sound.",
    inputSchema: nothing,
    execute: () => ({ content: [{ type: "audio", data: silence, mimeType: "audio/wav" }] }),
  }),
  resource: defineTool({
    name: "test_embedded_resource",
    description: "Returns an embedded resource.",
    inputSchema: nothing,
    execute: () => ({
      content: [
        {
          type: "resource",
          resource: {
            uri: "test://embedded-resource",
            mimeType: "text/plain",
            text: "This is an embedded resource content.",
          },
        },
      ],
    }),
  }),
  mixed: defineTool({
    name: "test_multiple_content_types",
    description: "Returns a text, an image and a resource.",
    inputSchema: nothing,
    execute: () => ({
      content: [
        { type: "text", text: "Multiple content types test:" },
        { type: "image", data: redPixel, mimeType: "image/png" },
        {
          type: "resource",
          resource: {
            uri: "test://mixed-content-resource",
            mimeType: "application/json",
            text: '{"test":"data","value":123}',
          },
        },
      ],
    }),
  }),
  error: defineTool({
    name: "test_error_handling",
    description: "Always fails.",
    inputSchema: nothing,
    execute: () => {
      throw new Error("This tool intentionally returns an error for testing");
    },
  }),
  logging: defineTool({
    name: "test_tool_with_logging",
    description: "Logs while it runs.",
    inputSchema: nothing,
    execute: async (_input, { log }) => {
      for (const message of ["started", "processing data", "completed"]) {
        log("info", `Tool execution ${message}`);
        await delay(50);
      }
      return "Tool with logging executed successfully";
    },
  }),
  progress: defineTool({
    name: "test_tool_with_progress",
    description: "Reports progress while it runs.",
    inputSchema: nothing,
    execute: async (_input, { progress }) => {
      for (const done of [0, 50, 100]) {
        progress({ progress: done, total: 100, message: `Completed step ${done} of 100` });
        await delay(50);
      }
      return "Tool with progress executed successfully";
    },
  }),
  schema: defineTool({
    name: "json_schema_2020_12_tool",
    description: "Has a schema with definitions and without additional properties.",
    inputSchema: z.strictObject({
      name: z.string().optional(),
      address: z.object({ street: z.string().optional(), city: z.string().optional() }).optional(),
    }),
    // The bridge writes no definitions of its own, but lists those that it is given.
    inputJsonSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $defs: {
        address: {
          type: "object",
          properties: { street: { type: "string" }, city: { type: "string" } },
        },
      },
      type: "object",
      properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
      additionalProperties: false,
    },
    execute: (input) => `Received ${JSON.stringify(input)}`,
  }),
};
