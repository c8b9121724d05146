import { kindsByCause, kindsByPlace, type CodexErrorInfo } from "./codex-error-info.ts";
import { kindOfStatus, kindsByCode, kindsByErrorType } from "./failure-codes.ts";
import { findRule, type LegibleKind } from "./failure-rules.ts";
import type { UnwrappedText } from "./unwrap-failure-text.ts";

/** All known facts of a failure, its text unwrapped. */
export interface KnownFacts {
  readonly text: UnwrappedText;
  readonly info?: CodexErrorInfo | undefined;
  /** The HTTP status of the response, or of the one that a gateway quotes in its body. */
  readonly httpStatus?: number | undefined;
  readonly rpcCode?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The requested model. */
  readonly model?: string | undefined;
}

/** A fact, and the kind of failure that it shows, if any. */
export interface FactRank {
  /** The name of the fact in the README's table. */
  readonly fact: string;
  readonly kindOf: (known: KnownFacts) => LegibleKind | undefined;
}

/** The order of the facts: the first one that shows a kind decides. */
export const factPrecedence: readonly FactRank[] = [
  {
    fact: "signal",
    kindOf: ({ signal }) => (signal === undefined ? undefined : "process"),
  },
  {
    fact: "`codexErrorInfo` that names a cause",
    kindOf: ({ info }) => kindsByCause.get(info?.type ?? ""),
  },
  {
    fact: "sentence that says more than its code",
    kindOf: ({ text, httpStatus }) => {
      const rule = findRule(text.sentence, httpStatus);
      return rule?.outranksCode ? rule.kind : undefined;
    },
  },
  {
    fact: "error code in the body",
    kindOf: ({ text }) => kindsByCode.get(text.code ?? "") ?? kindsByCode.get(text.type ?? ""),
  },
  {
    fact: "sentence",
    kindOf: ({ text, httpStatus }) => findRule(text.sentence, httpStatus)?.kind,
  },
  {
    fact: "404 that holds the model's id",
    kindOf: ({ text, httpStatus, model }) =>
      httpStatus === 404 && model && text.sentence.includes(model)
        ? "model-unavailable"
        : undefined,
  },
  {
    fact: "HTTP status",
    kindOf: ({ httpStatus }) => (httpStatus === undefined ? undefined : kindOfStatus(httpStatus)),
  },
  {
    fact: "error type in the body",
    kindOf: ({ text }) => kindsByErrorType.get(text.type ?? ""),
  },
  {
    fact: "JSON body without a status",
    kindOf: ({ text }) => (text.isBody ? "invalid-request" : undefined),
  },
  {
    fact: "`codexErrorInfo` that names a place",
    kindOf: ({ info }) => kindsByPlace.get(info?.type ?? ""),
  },
  {
    fact: "JSON-RPC code",
    kindOf: ({ rpcCode }) => (rpcCode === undefined ? undefined : kindsByRpcCode.get(rpcCode)),
  },
  {
    // Standard error alone does not say that the process ended.
    fact: "exit code",
    kindOf: ({ exitCode }) => (exitCode === undefined ? undefined : "process"),
  },
];

/** The kind by the first fact that shows one, else `unknown`. */
export function findKind(known: KnownFacts): LegibleKind {
  for (const { kindOf } of factPrecedence) {
    const kind = kindOf(known);
    if (kind !== undefined) return kind;
  }
  return "unknown";
}

/** By JSON-RPC 2.0. An internal error (-32603) does not show its cause. */
const kindsByRpcCode: ReadonlyMap<number, LegibleKind> = new Map([
  [-32_700, "invalid-request"],
  [-32_600, "invalid-request"],
  [-32_602, "invalid-request"],
  // This Codex does not know the method.
  [-32_601, "codex-config"],
]);
