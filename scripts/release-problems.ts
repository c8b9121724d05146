import type { RepositoryAddress } from "./repository-address.ts";

/** The facts that decide whether a release may be made. */
export interface ReleaseFacts {
  readonly address: RepositoryAddress;
  /** The number of changesets that wait for a version. */
  readonly changesets: number;
  /** The packages that have no changelog. */
  readonly withoutChangelog: readonly string[];
  /** The state of the clone in Git; undefined where there is no Git. */
  readonly git: GitFacts | undefined;
}

/** pnpm looks at the same facts before it publishes. */
export interface GitFacts {
  /** The number of files that differ from the last commit, or are not in it. */
  readonly uncommitted: number;
  /** Undefined for a commit without a branch. */
  readonly branch: string | undefined;
  /** The number of commits that the remote branch had at the last fetch, and this one has not. */
  readonly behind: number;
}

/** The reasons why nothing may be published, each with its fix. Pure. */
export function findReleaseProblems({
  address,
  changesets,
  withoutChangelog,
  git,
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
    ...(git === undefined ? [] : findGitProblems(git)),
  ];
}

function findGitProblems({ uncommitted, branch, behind }: GitFacts): readonly string[] {
  return [
    ...(uncommitted > 0
      ? [`${uncommitted} files have changes that are not committed. Commit them.`]
      : []),
    ...(branch === "main" || branch === "master"
      ? []
      : [
          `${branch === undefined ? "No branch is checked out" : `The branch is ${branch}`}. Release from main.`,
        ]),
    ...(behind > 0 ? [`The remote branch is ${behind} commits ahead. Run \`git pull\`.`] : []),
  ];
}
