import type { SimRequest } from "@ktx/codex-sim";
import { z } from "zod";

/** A tool of ours as the model is shown it. */
export interface ShownTool {
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The tools of the bridge in a request, by the names that the model knows. */
export function shownTools(request: SimRequest | undefined): ReadonlyMap<string, ShownTool> {
  const { tools } = bodyWithTools.parse(request?.body);
  // Over MCP in a namespace, beside Codex's readers of resources; over the pipe alone.
  const own = tools.find(({ name }) => name === "mcp__ktx")?.tools ?? tools;
  return new Map(
    own.flatMap(({ name, description, parameters }) =>
      name === undefined || description === undefined || parameters === undefined
        ? []
        : [[name, { description, parameters }]],
    ),
  );
}

const functionTool = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

const bodyWithTools = z.object({
  tools: z.array(functionTool.extend({ tools: z.array(functionTool).optional() })),
});
