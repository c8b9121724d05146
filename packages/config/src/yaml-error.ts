import {
  isCollection,
  isScalar,
  visit,
  type Document,
  type ErrorCode,
  type Node,
  type YAMLError,
} from "yaml";
import type { ConfigProblem } from "./config-problem.ts";

type Account = Pick<ConfigProblem, "code" | "message" | "fix">;

/** Own texts: some of the library's messages quote the source, which may hold a secret. */
export function describeYamlError(error: YAMLError, document: Document): Account {
  const [message, fix] =
    findUnclosed(error, document) === undefined ? (accounts[error.code] ?? unreadable) : unclosed;
  const feature = error.code === "MULTIPLE_DOCS" || error.code === "TAG_RESOLVE_FAILED";
  return { code: feature ? "yaml-feature" : "yaml-syntax", message, fix };
}

/** The library reports an unclosed quote or bracket at the end of the text; the user needs the place where it opens. */
export function startOfYamlError(error: YAMLError, document: Document): number {
  return findUnclosed(error, document)?.range?.[0] ?? error.pos[0];
}

function findUnclosed(error: YAMLError, document: Document): Node | undefined {
  if (error.code !== "MISSING_CHAR" && error.code !== "BAD_INDENT") return undefined;
  let unclosed: Node | undefined;
  visit(document, {
    Node: (_, node) => {
      const canBeOpen = isCollection(node)
        ? node.flow === true
        : isScalar(node) && error.message.startsWith("Missing closing");
      if (canBeOpen && node.range?.[1] === error.pos[0]) unclosed = node;
    },
  });
  return unclosed;
}

const unclosed = [
  "expected a closing quote or bracket for what opens here, got none",
  "Close it.",
] as const;

const unreadable = [
  "expected a YAML mapping, got text that is not YAML here",
  "Check indentation, colons and quotes around this place.",
] as const;

const accounts: Partial<Record<ErrorCode, readonly [message: string, fix: string]>> = {
  TAB_AS_INDENT: [
    "expected spaces as indentation, got a tab",
    "Replace the tab by two spaces for each level.",
  ],
  BAD_INDENT: [
    "expected the indentation of the lines around it, got another",
    "Indent the keys of one mapping by the same number of spaces.",
  ],
  MISSING_CHAR: [
    "expected a space or a separator here, got none",
    "Put a space after the colon, the comma or before the comment.",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "expected one value after the key, got a mapping on or under the same line",
    "Put nested keys on lines of their own, or quote a value that holds `: `.",
  ],
  MULTILINE_IMPLICIT_KEY: [
    "expected `key: value` on one line, got a text with no colon",
    "Write a colon and a space after the key.",
  ],
  BAD_SCALAR_START: [
    "expected a plain value, got one that begins with a reserved character",
    "Put the value in quotes.",
  ],
  BAD_DQ_ESCAPE: [
    "expected a known escape in double quotes, got another",
    "Use single quotes, or write the backslash twice.",
  ],
  UNEXPECTED_TOKEN: [
    "expected the value or the line to end, got more text",
    "Check indentation, commas and quotes around this place.",
  ],
  NON_STRING_KEY: [
    "expected a text as key, got a list or a mapping",
    "Write the key as a plain word.",
  ],
  MULTIPLE_DOCS: [
    "expected one document, got a second one after `---`",
    "Keep one document and remove the rest.",
  ],
  RESOURCE_EXHAUSTION: [
    "expected a few levels of nesting, got too many to read",
    "Write the keys as a plain block mapping.",
  ],
  TAG_RESOLVE_FAILED: [
    "expected a value without a tag, got an unknown tag",
    "Remove the tag (`!…`).",
  ],
  BAD_DIRECTIVE: [
    "expected no directive, got an unknown one",
    "Remove the line that begins with `%`.",
  ],
};
