import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  ConfigError,
  modelRoles,
  parseConfig,
  updateConfigText,
  type ConfigChanges,
} from "../src/index.ts";

const choose: ConfigChanges = {
  llm: { provider: { backend: "codex" }, models: { default: "gpt-5.5" } },
};

describe("a new file", () => {
  test("begins with a reference to its schema and holds exactly the changes", () => {
    const text = updateConfigText(undefined, choose);
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=.ktx/ktx.schema.json");
    expect(parse(text)).toEqual(choose);
  });
});

describe("an existing file", () => {
  test("keeps every other line to the character", () => {
    const before = `# mine
llm:   # a
    provider:    # b
        backend:   none     # c
        # tail
    x-note:  'as it was'
    # before models
    models:
        triage: 'x'     # d
# end`;
    expect(updateConfigText(before, choose)).toBe(`# mine
llm:   # a
    provider:    # b
        backend:   codex     # c
        # tail
    x-note:  'as it was'
    # before models
    models:
        triage: 'x'     # d
        default: gpt-5.5
# end`);
  });

  test.each([
    ["nothing", "", "llm:\n  provider:\n    backend: codex\n  models:\n    default: gpt-5.5\n"],
    [
      "comments alone",
      "# mine",
      "# mine\nllm:\n  provider:\n    backend: codex\n  models:\n    default: gpt-5.5\n",
    ],
    [
      "keys without values",
      "llm:\n  models: # roles\n  provider:\n    backend: # who\n",
      "llm:\n  models: # roles\n    default: gpt-5.5\n  provider:\n    backend: codex # who\n",
    ],
    [
      "flow style",
      "llm: { provider: { backend: none } } # flow\n",
      "llm: { provider: { backend: codex }, models: { default: gpt-5.5 } } # flow\n",
    ],
    [
      "an alias on the way",
      "base: &base\n  backend: none # in base\nllm:\n  provider: *base # alias\n  models: {}\n",
      "base: &base\n  backend: none # in base\nllm:\n  provider:\n    # alias\n    backend: codex\n  models: { default: gpt-5.5 }\n",
    ],
    [
      "a value that others are aliases of",
      "llm:\n  provider: { backend: codex }\n  models:\n    default: &m gpt-6-sol\n    triage: *m\n",
      "llm:\n  provider: { backend: codex }\n  models:\n    default: &m gpt-5.5\n    triage: gpt-6-sol\n",
    ],
    [
      "Windows line ends and a byte order mark",
      "\uFEFFllm:\r\n  provider:\r\n    backend: none\r\n",
      "\uFEFFllm:\r\n  provider:\r\n    backend: codex\r\n  models:\r\n    default: gpt-5.5\r\n",
    ],
  ])("with %s takes the changes", (_, before, after) => {
    expect(updateConfigText(before, choose)).toBe(after);
  });

  test("loses a removed key with what is inside it, and nothing else", () => {
    const before = `llm:
  provider:
    backend: codex
    # why an endpoint
    codex:
      isolation: host # for now
      endpoint:
        base_url: http://127.0.0.1:1 # local
`;
    expect(updateConfigText(before, { llm: { provider: { codex: { endpoint: null } } } }))
      .toBe(`llm:
  provider:
    backend: codex
    # why an endpoint
    codex:
      isolation: host # for now
`);
  });

  test("loses a mapping with its last key", () => {
    const before = "llm:\n  provider:\n    backend: codex\n    codex:\n      isolation: host\n";
    expect(updateConfigText(before, { llm: { provider: { codex: { isolation: null } } } })).toBe(
      "llm:\n  provider:\n    backend: codex\n",
    );
  });

  test("stays as it is when it says already what is to be set", () => {
    const before = "llm: {provider:   {backend: codex}, models: {default: 'gpt-5.5'}}";
    expect(updateConfigText(before, choose)).toBe(before);
  });

  test.each([
    [
      "is not YAML",
      "llm:\n\tmodels: {}",
      "ktx.yaml:2:1  expected spaces as indentation, got a tab",
    ],
    ["is a list", "- llm\n", "ktx.yaml  expected a mapping, got a list"],
    [
      "has a text where a mapping is due",
      "llm: codex\n",
      "ktx.yaml  llm.provider.backend: expected a mapping for this key, got another value in its place",
    ],
  ])("is refused when it %s", (_, before, reason) => {
    expect(() => updateConfigText(before, choose)).toThrow(ConfigError);
    expect(() => updateConfigText(before, choose)).toThrow(reason);
  });
});

describe("any commented file", () => {
  const word = fc.constantFrom(
    "gpt-5.5",
    "gpt-6-sol",
    "codex",
    "default",
    "it's",
    "a: b",
    "#x",
    "yes",
    "1",
  );
  const changes: fc.Arbitrary<ConfigChanges> = fc
    .record(
      {
        backend: fc.constantFrom("none" as const, "codex" as const),
        isolation: fc.constantFrom("strict" as const, "host" as const),
        api_key_env: fc.constantFrom("A_KEY", "B_KEY"),
        base_url: fc.constantFrom("http://127.0.0.1:1/v1", "https://models.test"),
        models: fc.dictionary(fc.constantFrom(...modelRoles), word, { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    )
    .map(({ backend, isolation, api_key_env, base_url, models }) => {
      const codex = {
        ...(isolation && { isolation }),
        ...(api_key_env && { api_key_env }),
        ...(base_url && { endpoint: { base_url } }),
      };
      const provider = { ...(backend && { backend }), ...unlessEmpty("codex", codex) };
      return {
        llm: { ...unlessEmpty("provider", provider), ...unlessEmpty("models", models ?? {}) },
      };
    });

  test("has the changes, its own keys in order, and all its comments afterwards; once is enough", () => {
    fc.assert(
      fc.property(commentedFile(), changes, (before, change) => {
        const after = updateConfigText(before, change);
        expect(parse(after)).toEqual(merge(parse(before) ?? {}, change));
        expect(commentsOf(after)).toEqual(commentsOf(before));
        expect(keysOf(after).filter((key) => keysOf(before).includes(key))).toEqual(keysOf(before));
        expect(updateConfigText(after, change)).toBe(after);
        expect(parseConfig(after).problems.filter(({ code }) => code.startsWith("yaml"))).toEqual(
          [],
        );
      }),
      { numRuns: 200 },
    );
  });

  /** A file of known and unknown keys, in block or flow style, with a comment with its number on most lines. */
  function commentedFile(): fc.Arbitrary<string> {
    const section = fc.record({
      indent: fc.constantFrom(2, 4),
      provider: fc.constantFrom("block", "flow", "empty", "absent"),
      models: fc.constantFrom("block", "flow", "empty", "absent"),
      unknown: fc.boolean(),
      comments: fc.infiniteStream(fc.boolean()),
      lineEnd: fc.constantFrom("\n", "\r\n"),
    });
    return section.map(({ indent, provider, models, unknown, comments, lineEnd }) => {
      let number = 0;
      const at = (depth: number, text: string): string[] => {
        const margin = " ".repeat(depth * indent);
        const [above, behind] = [comments.next().value, comments.next().value];
        number += 2;
        return [
          ...(above ? [`${margin}# c${number}`] : []),
          `${margin}${text}${behind ? `   # c${number + 1}` : ""}`,
        ];
      };
      const block = (
        style: string,
        name: string,
        flow: string,
        lines: () => string[],
      ): string[] => {
        if (style === "absent") return [];
        if (style === "empty") return at(1, `${name}:`);
        return style === "flow" ? at(1, `${name}: ${flow}`) : [...at(1, `${name}:`), ...lines()];
      };
      const text = [
        ...at(0, "llm:"),
        ...block(provider, "provider", "{ backend: none, note: [1, 2] }", () => [
          ...at(2, "backend:  'none'"),
          ...at(2, "codex:"),
          ...at(3, "isolation:   strict"),
        ]),
        ...(unknown ? at(1, "x-unknown: { keep: me }") : []),
        ...block(models, "models", "{ triage: a }", () => [
          ...at(2, 'triage: "gpt-6-luna"'),
          ...at(2, "x-role:  |"),
          `${" ".repeat(3 * indent)}a text`,
        ]),
        ...at(0, "other: 1"),
      ];
      return text.join(lineEnd) + lineEnd;
    });
  }

  function commentsOf(text: string): string[] {
    return [...text.matchAll(/# (c\d+)/g)].map(([, name]) => name ?? "").toSorted();
  }

  function keysOf(text: string): string[] {
    return [...text.matchAll(/([\w-]+):(?=\s)/g)].map(([, key]) => key ?? "");
  }

  function unlessEmpty(name: string, value: object): object {
    return Object.keys(value).length > 0 ? { [name]: value } : {};
  }

  function merge(base: unknown, change: unknown): unknown {
    if (typeof change !== "object" || change === null) return change;
    const merged: Record<string, unknown> = { ...(base as Record<string, unknown> | null) };
    for (const [key, value] of Object.entries(change)) merged[key] = merge(merged[key], value);
    return merged;
  }
});
