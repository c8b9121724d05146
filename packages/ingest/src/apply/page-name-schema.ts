import { z } from "zod";

/**
 * The name of a page in a file of the state: below `wiki/`, whatever the file says. A project from elsewhere may bring a
 * state with it.
 */
export const pageNameSchema: z.ZodType<string> = z.string().refine((name) => {
  const parts = name.split("/");
  const isInside = parts.every((part) => part !== "" && !part.startsWith("."));
  return isInside && name.endsWith(".md") && !/[\\\0:]/.test(name);
}, "Expected the name of a page below wiki/.");

/** True for a name that the files of the state can have, so that what is written can be read again. */
export function isPageName(name: string): boolean {
  return pageNameSchema.safeParse(name).success;
}

/** The name of a file of a proposal. */
export const proposalNameSchema: z.ZodType<string> = z.string().regex(/^[\w-]+\.json$/);
