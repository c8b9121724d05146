import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { splitCommand } from "../apps/ktx/src/agent/split-command.ts";
import { createProgram } from "../apps/ktx/src/create-program.ts";
import { captureIo } from "../apps/ktx/test/capture-io.ts";
import { fakeServices } from "../apps/ktx/test/fake-services.ts";
import { commandsOf } from "../apps/ktx/test/readmes/commands-of.ts";
import { readBlocks } from "../apps/ktx/test/readmes/readme-blocks.ts";
import { navigation } from "../docs/site/navigation.ts";
import { linksOf, listPages, placeOf, toSitePage } from "../docs/site/site-pages.ts";
import { parseConfig } from "../packages/config/src/index.ts";
import { describeFailure, failureKinds } from "../packages/codex-events/src/index.ts";

type Command = ReturnType<typeof createProgram>;

const root = join(import.meta.dirname, "..");
const pages = listPages(root);
const read = (page: string): string => readFileSync(join(root, page), "utf8");
/** The names under which the headings of a page can be linked to, as GitHub and VitePress make them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const text = markdown.replaceAll(/^(`{3,})[^]*?^\1$/gm, "");
  return new Set(
    Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

describe.each(pages)("%s", (page) => {
  test("links to nothing that is not there", () => {
    const dead = linksOf(read(page)).flatMap(({ path, anchor }) => {
      const target = path === "" ? page : posix.join(posix.dirname(page), path);
      const file = path.startsWith("/") ? path.slice(1) : target;
      if (!existsSync(join(root, file))) return [file];
      if (anchor === "") return [];
      const linked = file.endsWith(".md") ? file : posix.join(file, "README.md");
      return existsSync(join(root, linked)) && anchorsOf(read(linked)).has(anchor)
        ? []
        : [`${file}#${anchor}`];
    });
    expect(dead).toEqual([]);
  });

  test("shows configurations that ktx takes", () => {
    const files = readBlocks(read(page)).filter(
      ({ language, text }) => language === "yaml" && text.startsWith("llm:"),
    );
    for (const { text } of files) expect.soft(parseConfig(text).problems, text).toEqual([]);
  });

  test("shows commands that are there", async () => {
    const problems = await Promise.all(commandsOf(read(page)).map(findCommandProblem));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

/** Programs of others that the pages call; each line of them is known. */
const foreign = [
  /^npm install( (-D|@?[\w/.*-]+(@\d+)?|\/tmp\/ktx\/\*\.tgz))+$/,
  /^npm init -y && npm pkg set type=module$/,
  /^codex login$/,
  /^export \w+=\S+$/,
  /^export \w+=\$\(openssl rand -hex 32\)$/,
  /^cd \.\.\/your-project$/,
];

async function findCommandProblem(line: string): Promise<string | undefined> {
  const pnpm = /^(?:npx -y pnpm@10\.34\.8|pnpm) (.*)$/.exec(line)?.[1];
  if (pnpm !== undefined) return findScriptProblem(line, pnpm);
  // A key, and what is piped in, change nothing about the command itself.
  const ktx = /^(?:.*\| )?(?:\w+=\S+ )*ktx( .*)?$/.exec(line);
  if (ktx !== null) return await findKtxProblem(line, ktx[1]?.trim() ?? "");
  return foreign.some((pattern) => pattern.test(line)) ? undefined : `unknown: ${line}`;
}

/** A script of the root manifest, or of the package that `--filter` names. */
function findScriptProblem(line: string, args: string): string | undefined {
  if (args.startsWith("-r ")) return args.includes(" pack ") ? undefined : `unknown: ${line}`;
  const [, filter] = /^--filter (\S+)/.exec(args) ?? [];
  const [script = "", example] = args
    .replace(/^(?:-s|--filter \S+) /, "")
    .replace(/^(?:run|exec) /, "")
    .split(" ");
  const folder = filter === "@ktx/cli" ? "apps/ktx" : filter?.replace("@ktx/", "packages/");
  const { scripts } = JSON.parse(read(posix.join(folder ?? ".", "package.json"))) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const isThere = Object.hasOwn(scripts, script) || ["vitest", "changeset"].includes(script);
  if (!isThere) return `no such script: ${line}`;
  return script !== "example" ||
    example === undefined ||
    existsSync(join(root, "examples", example, "main.ts"))
    ? undefined
    : `no such example: ${line}`;
}

/** Parses a command line of `ktx`, and runs nothing. */
async function findKtxProblem(line: string, args: string): Promise<string | undefined> {
  const program = createProgram({
    io: captureIo(),
    services: fakeServices({}),
    exitWith: () => {},
  });
  let parsed = false;
  for (const command of innerCommands(program)) command.action(() => void (parsed = true));
  const words = splitCommand(args.replace(/ [>|] .*$/, ""));
  if (words === undefined) return `no command line: ${line}`;
  try {
    await program.parseAsync([...words], { from: "user" });
    return parsed ? undefined : `no command: ${line}`;
  } catch (error) {
    return `${line}: ${String(error)}`;
  }
}

function innerCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((inner) => [inner, ...innerCommands(inner)]);
}

test("a page of the site links to pages, and to the repository for everything else", () => {
  const repository = "https://github.com/acme/ktx";
  const site = { root, pages: new Set(pages), repository };
  const toSite = (text: string): string => toSitePage(text, "docs/guides/tools.md", site);
  expect(toSite("[a](../faults.md#the-tools)")).toBe("[a](/docs/faults.md#the-tools)");
  expect(toSite("[a](../../packages/images)")).toBe("[a](/packages/images/index.md)");
  expect(toSite("[a](../../LICENSE)")).toBe(`[a](${repository}/blob/main/LICENSE)`);
  expect(
    toSitePage("[a](../../LICENSE)", "docs/guides/tools.md", { ...site, repository: undefined }),
  ).toBe("a");
  expect(toSite("```md\n[a](../none.md)\n```\n")).toContain("(../none.md)");
  expect(() => toSite("[a](../none.md)")).toThrow(
    "docs/guides/tools.md links to ../none.md, which is missing.",
  );
});

test("the navigation of the site leads to pages, and each guide is in it", () => {
  const links = navigation.flatMap((part) => part.pages.map(([, place]) => place));
  const places = new Set(
    pages.map((page) => `/${placeOf(page).replace(/(?:index)?\.md$/, "")}`).concat("/reference/"),
  );
  for (const link of links) expect.soft(places).toContain(link);
  for (const page of pages.filter((name) => /^docs\/(?:guides|start)\//.test(name)))
    expect.soft(links).toContain(`/${page.replace(/\.md$/, "")}`);
});

test("each picture is linked, small, and there in light and dark", () => {
  const pictures = globSync("docs/images/*", { cwd: root });
  const linked = new Set(
    pages.flatMap((page) =>
      linksOf(read(page)).map(({ path }) => posix.join(posix.dirname(page), path)),
    ),
  );
  expect(pictures.filter((file) => !linked.has(file))).toEqual([]);
  const bare = pictures.map((file) => file.replace(/-(?:light|dark)\.png$/, ""));
  for (const name of new Set(bare))
    expect
      .soft(pictures)
      .toEqual(expect.arrayContaining([`${name}-light.png`, `${name}-dark.png`]));
  for (const file of pictures) expect.soft(statSync(join(root, file)).size).toBeLessThan(150_000);
});

test("the index of the documentation links to each of its pages", () => {
  const linked = new Set(
    linksOf(read("docs/README.md")).map(({ path }) => posix.join("docs", path)),
  );
  const own = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  expect(own.filter((page) => !linked.has(page))).toEqual([]);
});

test("each page of the start, and each guide, first says what its reader can do after it", () => {
  for (const page of pages.filter((name) => /^docs\/(?:guides|start)\//.test(name)))
    expect.soft(read(page), page).toMatch(/^# .*\n\nAfter this page /);
});

test("the places that the walks for new things name are there", () => {
  const architecture =
    /^## Where things go$[^]*?(?=^## )/m.exec(read("ARCHITECTURE.md"))?.[0] ?? "";
  const walks = /^## Adding things$[^]*?(?=^## )/m.exec(read("CONTRIBUTING.md"))?.[0] ?? "";
  const parts = [...architecture.split("\n"), ...walks.split("\n\n")];
  const missing = parts.flatMap((part) => {
    const places = Array.from(part.matchAll(/`([\w.-]+(?:\/[\w.-]+)*)`/g), ([, path = ""]) => path);
    const packages = places.flatMap((path) => /^(?:packages|apps)\/[\w-]+/.exec(path)?.[0] ?? []);
    const folders = places.flatMap((path) => /^(?:packages|apps)\/.*(?=\/)/.exec(path)?.[0] ?? []);
    const within = packages.flatMap((each) => [each, `${each}/src`]);
    const bases = ["", ...within, ...folders, ...places];
    if (packages.length === 0) return [];
    return places
      .filter((path) => /\/|\.(?:ts|md|json)$/.test(path) && !path.startsWith("ktx."))
      .filter((path) => !bases.some((base) => existsSync(join(root, base, path))));
  });
  expect(parts.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

test("the table of failures has each kind, with its fix", () => {
  const rows = Array.from(
    read("docs/failures.md").matchAll(/^\| `([\w-]+)` +\|[^|]*\| (?:yes|no) +\| (.*?) +\|$/gm),
    ([, kind = "", fix = ""]) => [kind, fix] as const,
  );
  expect(rows.map(([kind]) => kind).toSorted()).toEqual(failureKinds.toSorted());
  for (const [kind, fix] of rows)
    expect.soft(describeFailure({ kind: kind as "unknown" }), kind).toBe(fix);
});
