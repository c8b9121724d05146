import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/**
 * No text is composed to be parsed by our own code: how a run ended, what a process died of and what a service
 * refused are values from where they arise to whoever reports them. Text is read only where it is somebody else's.
 */
const readers = ["packages/codex-runtime/src", "apps/ktx/src"];

/** The sentences of others that are read, since nothing else says it. A new one needs its author. */
const foreignTexts: Readonly<Record<string, string>> = {
  "apps/ktx/src/agent/import-advice.ts": "Node's, of a module that cannot be loaded",
  "packages/codex-runtime/src/run/describe-start-error.ts": "Node's, which has one code for all",
};

describe("in the runtime and the command line", () => {
  test("a file of the command line asks for at most one error class of the packages", () => {
    const classes = new Set(codeOf("packages").flatMap(({ code }) => errorClasses(code)));
    expect(classes).toContain("CodexError");
    expect(found("apps/ktx/src", (code) => (isLadder(code, classes) ? ["a ladder"] : []))).toEqual(
      {},
    );
  });

  test("no message is read or edited but those of others", () => {
    const places = readers.flatMap((folder) => Object.keys(found(folder, readMessages)));
    expect(places.toSorted()).toEqual(Object.keys(foreignTexts));
  });

  test("nothing is composed in the words of Codex, of the SDK or of a JSON-RPC error", () => {
    for (const folder of readers) expect(found(folder, imitations)).toEqual({});
  });

  test("a text alone is classified in one place: what an injected runner threw", () => {
    const calls = readers.flatMap((folder) =>
      Object.entries(
        found(folder, (code) => code.match(/\bclassifyFailure\(|\bparseCodexExit\b/g)),
      ),
    );
    expect(calls).toEqual([
      ["packages/codex-runtime/src/run/find-turn-failure.ts", ["classifyFailure("]],
    ]);
  });
});

test("no reader of a sentence is left that nobody writes any more", () => {
  expect(found("packages/codex-events/src", (code) => code.match(/app-server\)? exited/g))).toEqual(
    {},
  );
});

describe("what these checks are to find, they find", () => {
  test.each([
    "message.replace(cause.message, `the model was not done ${when}.`)",
    "error.message.includes('exited')",
    "/exited/.test(failure.message)",
    "const [, code] = exit.exec(error.message) ?? []",
    'String(error.message).split("\\n")',
  ])("a message that is read: %s", (code) => {
    expect(readMessages(code)).not.toEqual([]);
  });

  test.each([
    "`Codex app-server exited with code ${exitCode}: ${stderr}`",
    '"Codex Exec exited with signal SIGTERM"',
    "`${method}: ${method} failed: ${message} (code ${code})`",
    "`Reconnecting... ${retry}/${retries} (${cause})`",
    "`unexpected status ${status}`",
  ])("an imitation: %s", (code) => {
    expect(imitations(code)).not.toEqual([]);
  });

  test("what follows a comment, and no comment", () => {
    const code =
      "// one.\n/** `message.split(x)` */\nerror.message.split(x);\n// three.message.split(x)";
    expect(readMessages(withoutComments(code))).toEqual(["message.split("]);
  });

  test("a ladder, and no single question", () => {
    const classes = new Set(
      errorClasses("class AError extends Error {} class BError extends AError {}"),
    );
    expect(isLadder("x instanceof AError || x instanceof BError", classes)).toBe(true);
    expect(isLadder("x instanceof AError || x instanceof TypeError", classes)).toBe(false);
  });
});

function readMessages(code: string): readonly string[] {
  return code.match(readsMessage) ?? [];
}

const readsMessage =
  /\bmessage\)?\s*\.(?:replace|replaceAll|match|matchAll|includes|startsWith|endsWith|split|search|slice)\(|\.(?:test|exec)\((?:\w+\.)*message\)/g;

function imitations(code: string): readonly string[] {
  return code.match(imitation) ?? [];
}

const imitation =
  /Codex (?:Exec|app-server) exited|\}: \$\{\w+\} failed: |\(code \$\{|Reconnecting\.\.\.|unexpected status/g;

function errorClasses(code: string): readonly string[] {
  return Array.from(
    code.matchAll(/\bclass (\w+) extends \w*(?:Error|Failure)\b/g),
    ([, name = ""]) => name,
  );
}

function isLadder(code: string, classes: ReadonlySet<string>): boolean {
  const asked = Array.from(code.matchAll(/\binstanceof (\w+)/g), ([, name = ""]) => name);
  return asked.filter((name) => classes.has(name)).length > 1;
}

/** What a check finds in the files of a folder; those that it finds nothing in are left out. */
function found(
  folder: string,
  check: (code: string) => readonly string[] | null,
): Readonly<Record<string, readonly string[]>> {
  const places = codeOf(folder).flatMap(({ file, code }) => {
    const matches = check(code) ?? [];
    return matches.length === 0 ? [] : [[file, [...matches]] as const];
  });
  return Object.fromEntries(places);
}

/** The source below a folder, without its comments. */
function codeOf(folder: string): readonly { readonly file: string; readonly code: string }[] {
  const sources = folder === "packages" ? `${folder}/*/src` : folder;
  return globSync(`${sources}/**/*.ts`).map((file) => ({
    file,
    code: withoutComments(readFileSync(file, "utf8")),
  }));
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\/|^[ \t]*\/\/.*$/gm, "");
}
