import type { RejectedClaim } from "../apply/ledger.ts";
import { type Claim, claimKey } from "../page/wiki-page.ts";
import { areAlike } from "./group-claims.ts";
import type { Patch } from "./patch.ts";

/** The claims of a patch, as the ledger keeps those that a person rejected. */
export function rejectedOf({ pages }: Patch): readonly RejectedClaim[] {
  return pages.flatMap(({ claims }) =>
    claims.flatMap(({ text, citations }) =>
      citations.map(({ source, hash }) => ({ source, hash, text })),
    ),
  );
}

/**
 * The patch without the claims that a person rejected: the same text of the same source, or the same lines of it in other
 * words. Pure.
 */
export function dropRejected(patch: Patch, rejected: readonly RejectedClaim[]): Patch {
  if (rejected.length === 0) return patch;
  const bySource = Map.groupBy(rejected, ({ source }) => source);
  const isRejected = ({ text, citations }: Claim): boolean =>
    citations.some(({ source, hash }) =>
      (bySource.get(source) ?? []).some(
        (one) =>
          claimKey(one.text) === claimKey(text) || (one.hash === hash && areAlike(one.text, text)),
      ),
    );
  return {
    pages: patch.pages
      .map((page) => ({ ...page, claims: page.claims.filter((one) => !isRejected(one)) }))
      .filter(({ claims }) => claims.length > 0),
    notes: patch.notes.filter(({ by }) => !isRejected(by)),
  };
}
