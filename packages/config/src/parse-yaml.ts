import {
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from "yaml";
import { findAliasTargets, type AliasTargets } from "./alias-targets.ts";
import type { ConfigProblem, ConfigSource } from "./config-problem.ts";
import { findDuplicateKeys } from "./duplicate-keys.ts";
import { locateInDocument } from "./locate-in-document.ts";
import { describeYamlError, startOfYamlError } from "./yaml-error.ts";

export interface ParsedYaml {
  /** The plain value; undefined when the text could not be read as one YAML document. */
  readonly value: unknown;
  readonly source: ConfigSource;
  readonly problems: readonly ConfigProblem[];
}

/** Text to plain value, with positions. Total: it never throws, for any text. */
export function parseYaml(text: string, file: string): ParsedYaml {
  // A byte order mark is not content; it would shift every column of the first line by one.
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Ours looks at every key once.
    uniqueKeys: false,
  });
  const aliases = findAliasTargets(document);
  const source: ConfigSource = { file, locate: locateInDocument(document, lines, aliases) };
  const problems = yamlErrors(document, lines, file);
  try {
    if (aliases.count > maxAliases) throw new RangeError("more aliases than are read");
    problems.push(...unusableAliases(document, aliases, lines, file));
    const isBroken = problems.some(
      ({ severity, code }) => severity === "error" && code !== "duplicate-key",
    );
    return { value: isBroken ? undefined : document.toJS(), source, problems };
  } catch {
    // Too many aliases, aliases of aliases that multiply, or nesting beyond the stack's limit.
    return {
      value: undefined,
      source,
      problems: [
        ...problems,
        {
          severity: "error",
          code: "yaml-feature",
          file,
          path: [],
          line: 1,
          column: 1,
          message:
            "expected a few keys and values, got nesting or aliases that expand without bound",
          fix: "Write the keys as a plain block mapping, and values in place of aliases.",
        },
      ],
    };
  }
}

/** To resolve one alias, the library reads every anchor and alias above it. */
const maxAliases = 1_000;

/** Every duplicate key, every warning, and the first syntax error: the others follow from it. */
function yamlErrors(document: Document, lines: LineCounter, file: string): ConfigProblem[] {
  const describe = (error: YAMLError): ConfigProblem => {
    const { line, col } = lines.linePos(startOfYamlError(error, document));
    return {
      severity: error.name === "YAMLWarning" ? "warning" : "error",
      file,
      path: [],
      line,
      column: col,
      ...describeYamlError(error, document),
    };
  };
  const syntax = document.errors
    .toSorted((one, other) => one.pos[0] - other.pos[0])
    .slice(0, 1)
    .map(describe);
  const warnings = document.warnings.map(describe);
  return [...syntax, ...findDuplicateKeys(document, lines, file), ...warnings];
}

function unusableAliases(
  document: Document,
  { targetOf }: AliasTargets,
  lines: LineCounter,
  file: string,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (node: Node, message: string, fix: string): void => {
    const { line, col } = lines.linePos(node.range?.[0] ?? 0);
    problems.push({
      severity: "error",
      code: "yaml-feature",
      file,
      path: [],
      line,
      column: col,
      message,
      fix,
    });
  };
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const target = targetOf(alias);
      if (target !== undefined && ancestors.includes(target))
        return report(
          alias,
          "expected a value that ends, got an alias to a mapping that holds it",
          "Write the value in place of the alias.",
        );
      if (target !== undefined) return;
      report(
        alias,
        "expected an anchor above with the alias's name, got none",
        "Write the value in place of the alias.",
      );
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== "<<") return;
      report(
        key,
        "expected keys, got a merge key, which YAML 1.2 does not have",
        "Write the merged keys out in place of `<<`.",
      );
    },
  });
  return problems;
}
