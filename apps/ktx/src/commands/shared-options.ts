import { Option } from "commander";
import { collect, parseEffort, parseMinutes, parseNames, parseUrl } from "./parse-option.ts";

/** Options that several commands have, each with one text. */

export function projectDirOption(): Option {
  return new Option(
    "--project-dir <folder>",
    "the project, instead of the nearest ktx.yaml's folder",
  );
}

export function wikiDirOption(): Option {
  return new Option("--wiki-dir <folder>", "the pages, from the project's folder (default: wiki)");
}

/**
 * @param use the part of a sentence that says what the command does with the store.
 * @param end what else the value may be.
 */
export function sharedStoreOption(use: string, end = ""): Option {
  return new Option(
    "--store <place>",
    `${use}: a variable with the URL of a Postgres database, or a file${end}`,
  );
}

export function groupsOption(description: string): Option {
  return new Option("--groups <names>", description).argParser(parseNames);
}

export function jsonOption(description = "print one JSON object"): Option {
  return new Option("--json", description);
}

/** The flags of {@link serviceOptions}. */
export interface ServiceFlags {
  readonly model?: string;
  readonly effort?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
}

/**
 * The model, with its effort and its service.
 *
 * @param use the thing that they are for: `this run`.
 */
export function serviceOptions(use: string): readonly Option[] {
  return [modelOption(use), effortOption(), endpointOption(`for ${use}`), apiKeyEnvOption()];
}

/** The flags of {@link roleOptions}. */
export interface RoleFlags extends ServiceFlags {
  readonly role: string;
}

/**
 * The model of a role, with its effort and its service.
 *
 * @param use the thing that they are for: `this run`.
 */
export function roleOptions(use: string): readonly Option[] {
  return [roleOption(), ...serviceOptions(use)];
}

/** @param use the part of a sentence that says what the command does with the service. */
export function endpointOption(use: string): Option {
  return new Option("--endpoint <url>", `a Responses-compatible service ${use}`).argParser(
    parseUrl,
  );
}

export function apiKeyEnvOption(): Option {
  return new Option("--api-key-env <name>", "the environment variable that holds the API key");
}

/** The tools of a run, and the instructions and the model that go with them. */
export function toolOptions(): readonly Option[] {
  return [
    new Option("--tools <module>", "a TypeScript or JavaScript module that exports tools"),
    new Option("--mcp <command or url>", "an MCP server whose tools to use; repeatable").argParser(
      collect,
    ),
    new Option(
      "--mcp-env <name>",
      "an environment variable for these servers; repeatable",
    ).argParser(collect),
  ];
}

export function approveOption(): Option {
  return new Option("--approve", "ask before a tool runs that is not marked as read-only");
}

/**
 * @param minutes the default.
 * @param end the part of its text that says where another option bounds the wait, too.
 */
export function waitOption(minutes = 60, end = ""): Option {
  return new Option("--wait <minutes>", `the longest wait for a usage or rate limit${end}`)
    .argParser(parseMinutes)
    .default(minutes);
}

function roleOption(): Option {
  return new Option("--role <role>", "the role whose model in ktx.yaml to use").default("default");
}

export function effortOption(): Option {
  return new Option(
    "--effort <level>",
    "how long the model thinks: an effort that ktx models lists for it",
  ).argParser(parseEffort);
}

function modelOption(use: string): Option {
  return new Option("-m, --model <id>", `a model for ${use}, instead of that of ktx.yaml`);
}
