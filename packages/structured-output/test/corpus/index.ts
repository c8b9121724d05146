import type { z } from "zod";
import { combinations } from "./combinations.ts";
import { nasty } from "./nasty.ts";
import { business } from "./real-business.ts";
import { software } from "./real-software.ts";
import { worldData } from "./real-world-data.ts";
import { scalars } from "./scalars.ts";

/** The shapes of real projects' data. */
export const realShapes: Readonly<Record<string, z.ZodType>> = {
  ...business,
  ...software,
  ...worldData,
};

/** Every schema that can be the form of an answer. */
export const corpus: Readonly<Record<string, z.ZodType>> = {
  ...scalars,
  ...combinations,
  ...nasty,
  ...realShapes,
};
