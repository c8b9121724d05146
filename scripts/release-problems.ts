/** The facts that decide whether a release may be made. */
export interface ReleaseFacts {
  /** `repository.url` of the root manifest. */
  readonly repository: string;
  /** The number of changesets that wait for a version. */
  readonly changesets: number;
  /** The packages that have no changelog. */
  readonly withoutChangelog: readonly string[];
}

/** The part of the address that stands for the name of the repository's owner until it has one. */
const placeholder = /\/OWNER\//;

/** The reasons why nothing may be published, each with its fix. Pure. */
export function findReleaseProblems({
  repository,
  changesets,
  withoutChangelog,
}: ReleaseFacts): readonly string[] {
  return [
    ...(placeholder.test(repository)
      ? [
          `The address of the repository is a placeholder: ${repository}. Put the real one into \`repository.url\` of the root package.json, its only place, and run \`pnpm manifests\`.`,
        ]
      : []),
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
