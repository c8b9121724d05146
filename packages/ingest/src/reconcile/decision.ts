import { z } from "zod";

/** A judgement about some claims of a set, which it names by their ids. */
export interface DecidedGroup {
  readonly claims: readonly string[];
  readonly verdict: "same" | "contradiction" | "compatible";
  /** For `same`: the one text. */
  readonly text?: string | undefined;
  /** For `contradiction`: a sentence about the difference. */
  readonly note?: string | undefined;
}

/** The judgement about a conflict set. */
export interface Decision {
  readonly groups: readonly DecidedGroup[];
}

export const decisionSchema: z.ZodObject<{ groups: z.ZodArray<z.ZodType<DecidedGroup>> }> =
  z.object({
    groups: z
      .array(
        z.object({
          claims: z.array(z.string()).min(1).describe("Ids of claims, such as c1."),
          verdict: z
            .enum(["same", "contradiction", "compatible"])
            .describe(
              "same: one statement in different words. contradiction: they cannot all be true. compatible: neither.",
            ),
          text: z
            .string()
            .max(2_000)
            .optional()
            .describe("For same: the one text. Default: the first claim's."),
          note: z
            .string()
            .max(500)
            .optional()
            .describe("For contradiction: one sentence about the difference."),
        }),
      )
      .min(1),
  });

/** The problem of a judgement about claims with these ids: each of them has to be in one group. */
export function findDecisionProblem(
  ids: readonly string[],
  { groups }: Decision,
): string | undefined {
  const named = groups.flatMap(({ claims }) => claims);
  const unknown = named.filter((id) => !ids.includes(id));
  const missing = ids.filter((id) => !named.includes(id));
  if (unknown.length > 0) return `Expected ids of ${ids.join(", ")}; got ${unknown.join(", ")}.`;
  if (missing.length > 0)
    return `Expected each claim in one group; ${missing.join(", ")} is missing.`;
  if (new Set(named).size < named.length)
    return "Expected each claim in one group; one is in two groups.";
  const single = groups.find(
    ({ claims, verdict }) => verdict !== "compatible" && claims.length < 2,
  );
  return single === undefined
    ? undefined
    : `Expected at least two claims in a group that is ${single.verdict}; ${single.claims.join("")} is alone.`;
}
