import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { checkFile } from "../project/resolve-llm.ts";
import type { Project } from "../project/read-project.ts";

/** The place of units that is not the project's own. */
export type StorePlace =
  | { readonly kind: "file"; readonly file: string }
  | {
      readonly kind: "database";
      /** It may hold a password. */
      readonly url: string;
      /** The value that names it again on another machine. */
      readonly name: string;
    };

export interface FindStorePlaceInput {
  /** The value of `--store`. */
  readonly store: string | undefined;
  readonly project: Project;
}

/** The value of `--store` that leaves the units to the project itself, whatever ktx.yaml names. */
const ownStore = "local";

/**
 * The place that `--store`, or else `batch.store` in ktx.yaml, names: a Postgres URL without a password, the name of an
 * environment variable that holds one, or a file. A file is one that is there, or a text that no variable can have as
 * its name and a path has: with a separator or an extension. Undefined where neither names one, and for `local`.
 *
 * @throws {CliError} for an invalid ktx.yaml, a password on the command line, a variable that is not set, another kind
 * of URL, and a text that is nothing of this.
 */
export async function findStorePlace(
  { store, project }: FindStorePlaceInput,
  { cwd, env }: Pick<CliIo, "cwd" | "env">,
): Promise<StorePlace | undefined> {
  checkFile(project);
  if (store === ownStore) return undefined;
  const variable = project.reading.written?.batch?.store;
  if (store === undefined)
    return variable === undefined
      ? undefined
      : {
          kind: "database",
          url: readVariable(variable, "batch.store in ktx.yaml", "", env),
          name: variable,
        };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(store))
    return { kind: "database", url: checkUrl(store), name: store };
  const file = resolve(cwd, store);
  if (/[./\\]/.test(store) || !(await isMissing(file))) return { kind: "file", file };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(store))
    throw usageError(
      "Expected --store to be a file, a Postgres URL, or the name of a variable that holds one.",
      { next: `Write --store DATABASE_URL, or a file with its extension: --store units.sqlite.` },
    );
  const hint = ` A file of this name is written ./${store}.`;
  return {
    kind: "database",
    url: readVariable(store, "--store", hint, env),
    name: store,
  };
}

const example = "postgres://user:<password>@host:5432/name";

/** The URL may be a secret, so that no text shows it. */
function readVariable(name: string, origin: string, hint: string, env: CliIo["env"]): string {
  const url = env[name];
  if (url === undefined || url === "")
    throw usageError(`${name}, which ${origin} names, is not set.`, {
      next: `Set it to the URL of a Postgres database, such as ${example}.${hint}`,
    });
  if (!isPostgres(url))
    throw usageError(
      `Expected ${name} to hold the URL of a Postgres database, got something else.`,
      {
        next: `Set it to a URL such as ${example}. A password's characters such as # / ? and @ are written %23 %2F %3F and %40.`,
      },
    );
  return url;
}

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !isPostgres(text))
    throw usageError(
      "Expected --store to be a file, a Postgres URL, or the name of a variable that holds one.",
      {
        next: `Put a URL such as ${example} into a variable, and write --store DATABASE_URL.`,
      },
    );
  const isSecret =
    url.password !== "" || [...url.searchParams.keys()].some((key) => /passw/i.test(key));
  if (isSecret)
    throw usageError(
      "The URL in --store has a password, which the list of processes shows to others.",
      {
        next: "Put the URL into a variable, and write its name: --store DATABASE_URL.",
      },
    );
  return text;
}

function isPostgres(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url);
}

async function isMissing(file: string): Promise<boolean> {
  return await stat(file).then(
    () => false,
    () => true,
  );
}
