import type { SimRequest } from "@ktx/codex-sim";
import { z } from "zod";
import { namespace } from "./scene.ts";

/** A tool of ours as the model is shown it. */
export interface ShownTool {
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The tools of the bridge in a request, by the names that the model knows. */
export function shownTools(request: SimRequest | undefined): ReadonlyMap<string, ShownTool> {
  const { tools } = bodyWithTools.parse(request?.body);
  const own = tools.find(({ name }) => name === namespace)?.tools ?? [];
  return new Map(own.map(({ name, ...tool }) => [name, tool]));
}

const bodyWithTools = z.object({
  tools: z.array(
    z.object({
      name: z.string().optional(),
      tools: z
        .array(
          z.object({
            name: z.string(),
            description: z.string(),
            parameters: z.record(z.string(), z.unknown()),
          }),
        )
        .optional(),
    }),
  ),
});
