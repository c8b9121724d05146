import type { z } from "zod";

/**
 * The end of a pipe that the model writes: its input; but what `z.preprocess` takes is anything, and the model
 * had better write what the preprocessing aims at.
 */
export function inputOfPipe(def: z.core.$ZodPipeDef): z.core.SomeType {
  const takesAnything = ["transform", "any", "unknown"].includes(def.in._zod.def.type);
  const leadsSomewhere = def.out._zod.def.type !== "transform" && def.transform === undefined;
  return takesAnything && leadsSomewhere ? def.out : def.in;
}
