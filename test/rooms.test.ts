import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";

const source = "packages/codex-runtime/src";

type Rooms = Readonly<Record<string, readonly string[]>>;

/** Which room of the runtime's source may import which; the root is "". Nothing runs back up. */
const runtimeRooms: Rooms = {
  testing: ["", "run", "transport", "values"],
  "": ["run", "transport", "isolation", "secrets", "rate-limit", "values"],
  run: ["transport", "rate-limit", "values"],
  transport: ["isolation", "secrets", "values"],
  isolation: ["values"],
  secrets: ["values"],
  "rate-limit": ["values"],
  values: [],
};

/** A tool, a call of it, and the two sides of MCP. */
const bridgeRooms: Rooms = {
  "mcp-client": ["tool", ""],
  server: ["call", "tool", ""],
  call: ["tool", ""],
  tool: [""],
  "": [],
};

/** One way to talk to a model each. They share the files beside them, and `tools`. */
const transports = ["exec", "app-server", "injected"];

describe.each([
  ["codex-runtime", source, runtimeRooms],
  ["mcp-bridge", "packages/mcp-bridge/src", bridgeRooms],
])("the rooms of %s", (_, folder, rooms) => {
  test.each(Object.entries(rooms))(
    '"%s" imports no other room but those below it',
    (room, below) => {
      const arrows = importsOf(folder).filter(
        ({ from, to }) =>
          from !== "index.ts" && roomOf(from) === room && ![room, ...below].includes(roomOf(to)),
      );
      expect(arrows).toEqual([]);
    },
  );

  test("are all in the table", () => {
    const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    expect(new Set(["", ...folders])).toEqual(new Set(Object.keys(rooms)));
  });
});

test("no arrow runs between two transports, nor from the tools to one", () => {
  const arrows = importsOf(join(source, "transport")).filter(({ from, to }) => {
    const [one, other] = [roomOf(from), roomOf(to)];
    return transports.includes(other) && one !== other && one !== "";
  });
  expect(arrows).toEqual([]);
});

test("a run does not know which transport it is on", () => {
  const arrows = importsOf(source).filter(
    ({ from, to }) =>
      roomOf(from) === "run" && transports.some((name) => to.startsWith(`transport/${name}/`)),
  );
  expect(arrows).toEqual([]);
});

test("codex-runtime has at most six files at its root", () => {
  const files = readdirSync(source).filter((name) => name.endsWith(".ts"));
  expect(files.slice(6)).toEqual([]);
});

test("codex-runtime has fewer than 7,500 lines", () => {
  const lines = sourceFiles(source).map((file) => linesOf(join(source, file)));
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(7_500);
});

test("no file of a package's source has more than 250 lines", () => {
  const folders = ["packages", "apps"].flatMap((root) =>
    readdirSync(root).map((name) => join(root, name, "src")),
  );
  const long = folders.flatMap((folder) =>
    sourceFiles(folder)
      .map((file) => join(folder, file))
      .filter((file) => linesOf(file) > 250),
  );
  expect(long).toEqual([]);
});

/** One file that imports another of the same folder; both as paths in it. */
interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(folder: string): readonly Import[] {
  return sourceFiles(folder).flatMap((from) =>
    Array.from(
      readFileSync(join(folder, from), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g),
      ([, path = ""]) => ({ from, to: relative(folder, join(folder, dirname(from), path)) }),
    ).filter(({ to }) => !to.startsWith("..")),
  );
}

/** The first folder of a path; empty for a file beside the folders. */
function roomOf(file: string): string {
  return file.includes(sep) ? (file.split(sep)[0] ?? "") : "";
}

function linesOf(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
}
