import type { RepositoryAddress } from "./repository-address.ts";

/** The facts that decide whether a release may be made. */
export interface ReleaseFacts {
  readonly address: RepositoryAddress;
  /** The number of changesets that wait for a version. */
  readonly changesets: number;
  /** The packages that have no changelog. */
  readonly withoutChangelog: readonly string[];
}

/** The reasons why nothing may be published, each with its fix. Pure. */
export function findReleaseProblems({
  address,
  changesets,
  withoutChangelog,
}: ReleaseFacts): readonly string[] {
  return [
    ...("problem" in address ? [address.problem] : []),
    ...(changesets > 0
      ? [
          `${changesets} changes have no version. Run \`pnpm version:packages\`, and commit the result.`,
        ]
      : []),
    ...(withoutChangelog.length > 0
      ? [
          `No changelog in ${withoutChangelog.join(", ")}. Run \`pnpm version:packages\`, and commit the result.`,
        ]
      : []),
  ];
}
