import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { CodexError, CodexKtxLlmRuntime, type CodexRuntimeOptions } from "../../src/index.ts";
import { parseSlotName } from "@ktx/codex-home";
import { codexProcessesOf } from "../e2e/codex-processes.ts";
import { onEachTransport, type TransportName } from "../e2e/scene.ts";
import { runOnAccount, startAccountService } from "./account-service.ts";
import { makeUser as makeSignedInUser } from "./signed-in-user.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

const answer = '{"ok":true}';

/** What may be in the place of a file after a power loss, or by somebody's hand. */
const remains: Readonly<Record<string, (path: string, content: string) => Promise<unknown>>> = {
  "has 0 bytes": (path) => writeFile(path, ""),
  "is cut in its middle": (path, content) => writeFile(path, content.slice(0, content.length / 2)),
  "is zeros": (path, content) => writeFile(path, Buffer.alloc(content.length)),
  "is of another model": (path, content) => writeFile(path, content.replaceAll("gpt-5.5", "gpt-1")),
  "is JSON of another kind": (path) => writeFile(path, '{"models":[]}'),
  "is a folder": async (path) => {
    await rm(path);
    await mkdir(join(path, "inner"), { recursive: true });
  },
  "is a link to nowhere": async (path) => {
    await rm(path);
    await symlink("/nowhere/catalog.json", path);
  },
  "is a link to itself": async (path) => {
    await rm(path);
    await symlink(path, path);
  },
};

onEachTransport("what is broken", ({ transport }) => {
  test.each(Object.entries(remains))("a catalog that %s is made again", async (_, spoil) => {
    const user = await makeUser();
    expect(await ask(user, { transport })).toBe(answer);
    const [path = ""] = await filesIn(join(user.cache, "catalogs"));
    const content = await readFile(path, "utf8");
    await spoil(path, content);
    expect(await ask(user, { transport })).toBe(answer);
    expect(await filesIn(join(user.cache, "catalogs"))).toEqual([path]);
    expect(await readFile(path, "utf8")).toBe(content);
  });

  test.each<readonly [string, (content: Buffer) => Buffer]>([
    ["have 0 bytes", () => Buffer.alloc(0)],
    ["are cut in their middle", (content) => content.subarray(0, content.length / 2)],
    ["are zeros", (content) => Buffer.alloc(content.length)],
    ["are of another kind", () => Buffer.from("no database\n".repeat(1_000))],
  ])("state files that %s are no hindrance", async (_, spoil) => {
    const user = await makeUser();
    expect(await ask(user, { transport })).toBe(answer);
    const files = await filesIn(join(user.cache, "homes", "no-account", "state"));
    expect(files.some((path) => path.endsWith(".sqlite"))).toBe(true);
    for (const path of files) await writeFile(path, spoil(await readFile(path)));
    expect(await ask(user, { transport })).toBe(answer);
    expect(await ask(user, { transport })).toBe(answer);
  });

  const obstacles: readonly (readonly [string, RegExp, (cache: string) => Promise<unknown>])[] = [
    [
      "the cache folder is a file",
      /E(?:EXIST|NOTDIR).*\. Something else is where a folder is expected\. Move it away, or set/,
      (cache) => writeFile(cache, ""),
    ],
    [
      "the folder of the homes is a file",
      /E(?:EXIST|NOTDIR).*\. Something else is where a folder is expected\./,
      (cache) => place(join(cache, "homes")),
    ],
    [
      "the home is a file",
      /E(?:EXIST|NOTDIR).*\. Something else is where a folder is expected\./,
      (cache) => place(join(cache, "homes", "no-account")),
    ],
    [
      "the folder of the slots is a file",
      /E(?:EXIST|NOTDIR).*\. Something else is where a folder is expected\./,
      (cache) => place(join(cache, "homes", "no-account", "state")),
    ],
    [
      "the folder of the catalogs is a file",
      /E(?:EXIST|NOTDIR).*\. Something else is where a folder is expected\./,
      (cache) => place(join(cache, "catalogs")),
    ],
    [
      "the cache folder is a link to itself",
      /ELOOP.*\. Symbolic links on that path lead in a circle\. Remove them, or set/,
      (cache) => symlink(cache, cache),
    ],
    [
      "the cache folder is a link to nowhere",
      /E(?:NOENT|NOTDIR|EXIST).*expected/,
      (cache) => symlink("/nowhere/at/all", cache),
    ],
  ];

  test.each(obstacles)(
    "where %s, the run says so and leaves nothing; the next one works",
    async (_, sentence, build) => {
      const user = await makeUser();
      await mkdir(join(user.folder, "cache"), { recursive: true });
      await build(user.cache);
      const before = await filesIn(user.folder);
      const error = await ask(user, { transport }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CodexError);
      expect(error).toMatchObject({
        failure: { kind: "codex-config", retryable: false },
        message: expect.stringMatching(sentence),
      });
      expect(await filesIn(user.folder)).toEqual(before);
      expect(codexProcessesOf(user.folder)).toEqual([]);
      await rm(user.cache, { recursive: true, force: true });
      expect(await ask(user, { transport })).toBe(answer);
      expect(await heldSlots(user)).toEqual([]);
    },
  );

  test.each([
    ["XDG_CACHE_HOME", "/cache\0folder"],
    ["TMPDIR", "/tmp\0folder"],
    ["SSL_CERT_FILE", "/bundle\0file"],
  ])("a NUL in %s ends the run with what to do, and the next one works", async (name, value) => {
    const user = await makeUser();
    // For a service on this machine ktx brings a bundle of its own.
    const env = { ...user.env, [name]: value };
    const isolation = name === "SSL_CERT_FILE" ? "host" : "strict";
    const error = await ask(user, { transport, env, isolation }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      failure: { kind: "codex-config" },
      message: expect.stringMatching(
        /without null bytes.*\. Remove the character from the path or variable\.$/s,
      ),
    });
    expect(await heldSlots(user)).toEqual([]);
    expect(await ask(user, { transport })).toBe(answer);
  });

  test("a path that is too long ends the run with what to do", async () => {
    const user = await makeUser();
    const env = { ...user.env, XDG_CACHE_HOME: join(user.folder, "x".repeat(300)) };
    await expect(ask(user, { transport, env })).rejects.toMatchObject({
      failure: { kind: "codex-config" },
      message: expect.stringMatching(
        /ENAMETOOLONG.*\. That path is too long for this system\. Shorten it, or/,
      ),
    });
  });

  test.each([
    [
      "a relative XDG_CACHE_HOME is ignored",
      { XDG_CACHE_HOME: "ktx-relative-cache" },
      ".cache/ktx",
    ],
    ["an empty XDG_CACHE_HOME is ignored", { XDG_CACHE_HOME: "" }, ".cache/ktx"],
    [
      "a relative HOME counts from this folder",
      { HOME: "relative", XDG_CACHE_HOME: "" },
      ".cache/ktx",
    ],
    ["an empty HOME is not needed", { HOME: "" }, "cache/ktx"],
    ["a missing HOME is not needed", { HOME: undefined }, "cache/ktx"],
  ])(
    "%s: the run works, and the cache is where it belongs",
    async (_, change: NodeJS.ProcessEnv, cache) => {
      const user = await makeUser();
      const env = { ...user.env, ...change };
      if (env["HOME"] === "relative") env["HOME"] = relative(process.cwd(), user.folder);
      const here = await listHere();
      expect(await ask(user, { transport, env })).toBe(answer);
      expect(await readdir(join(user.folder, cache))).toEqual(
        expect.arrayContaining(["catalogs", "homes"]),
      );
      expect(await listHere()).toEqual(here);
    },
  );

  test.each(["strict", "host"] as const)(
    "a relative CODEX_HOME counts from this folder in %s isolation",
    async (isolation) => {
      const user = await makeSignedInUser({ expiresInSeconds: 3_600 });
      const service = await startAccountService();
      const env = { CODEX_HOME: relative(process.cwd(), user.codexHome) };
      const events = await runOnAccount(user, service, { transport, isolation, env });
      expect(events.at(-1)).toBe("turn.completed");
      expect(service.sim.requests[0]?.headers["authorization"]).toMatch(/^Bearer …/);
    },
  );
});

test("a sign-in that cannot be looked at is not one that is missing", async () => {
  const user = await makeUser();
  const circle = join(user.folder, "circle");
  await symlink(circle, circle);
  const runtime = new CodexKtxLlmRuntime({
    projectDir: user.folder,
    modelSlots: { default: "codex" },
    env: { ...user.env, CODEX_HOME: circle },
  });
  await expect(runtime.generateText({ role: "default", prompt: "Go." })).rejects.toMatchObject({
    failure: { kind: "auth" },
    message: expect.stringContaining(
      `${join(circle, "auth.json")} cannot be read (ELOOP). Check CODEX_HOME`,
    ),
  });
});

test("a folder for temporary files that is not there is named, with what to do", async () => {
  vi.stubEnv("TMPDIR", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
  const user = await makeUser();
  const schema = z.object({ ok: z.boolean() });
  const asked = runtimeOf(user, "http://127.0.0.1:9/v1", { transport: "exec" }).generateObject({
    role: "default",
    prompt: "Go.",
    schema,
  });
  await expect(asked).rejects.toMatchObject({
    failure: { kind: "codex-config" },
    message: expect.stringMatching(
      /mkdtemp '\/nowhere\/codex-output-schema-.*'\. Check that the folders on that path exist, or set TMPDIR to/,
    ),
  });
  expect(await heldSlots(user)).toEqual([]);
});

test("the schemas and images that killed processes left in the temporary folder go after a day, and nothing else", async () => {
  const old = new Date(Date.now() - 25 * 3_600_000);
  const left = async (name: string, files: readonly string[], at: Date): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), name));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    for (const file of files) await writeFile(join(path, file), "{}");
    await utimes(path, at, at);
    return path;
  };
  const ours = "codex-output-schema-";
  const images = "ktx-images-";
  const gone = [
    await left(ours, ["schema.json"], old),
    await left(ours, [], old),
    await left(images, ["1.png", "2.jpeg"], old),
  ];
  const kept = [
    await left(ours, ["schema.json"], new Date()),
    await left(ours, ["schema.json", "notes.txt"], old),
    await left(`${ours}of-mine-`, ["schema.json"], old),
    await left(images, ["1.png"], new Date()),
    await left(images, ["1.png", "mine.png"], old),
    await left("codex-other-", ["schema.json"], old),
  ];
  const link = `${kept[0] ?? ""}.link`.replace(/\w{6}\.link$/, "Link00");
  await symlink(kept[0] ?? "", link);
  onTestFinished(() => rm(link, { force: true }));
  const user = await makeUser();
  await using sim = await startCodexSim({ script: () => reply([text(answer)]) });
  const runtime = runtimeOf(user, sim.baseUrl, { transport: "exec" });
  const schema = z.object({ ok: z.boolean() });
  expect(await runtime.generateObject({ role: "default", prompt: "Go.", schema })).toEqual({
    ok: true,
  });
  const names = new Set(await readdir(tmpdir()));
  expect(gone.filter((path) => names.has(basename(path)))).toEqual([]);
  expect([...kept, link].filter((path) => !names.has(basename(path)))).toEqual([]);
});

/** The names in this folder, but those of folders in which other tests try the examples of a README for a while. */
async function listHere(): Promise<readonly string[]> {
  const names = await readdir(process.cwd());
  return names.filter((name) => !name.startsWith(".readme-")).toSorted();
}

interface BrokenUser {
  readonly folder: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
}

async function makeUser(): Promise<BrokenUser> {
  const made = await makeTestFolder("broken");
  onTestFinished(() => made[Symbol.asyncDispose]());
  const { path: folder } = made;
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, "cache") };
  return { folder, cache: join(folder, "cache", "ktx"), env };
}

function runtimeOf(
  user: BrokenUser,
  baseUrl: string,
  options: Partial<CodexRuntimeOptions>,
): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: user.folder,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl },
    env: user.env,
    onWarning: () => undefined,
    ...options,
  });
}

async function ask(
  user: BrokenUser,
  options: Partial<CodexRuntimeOptions> & { readonly transport: TransportName },
): Promise<string> {
  await using sim = await startCodexSim({ script: () => reply([text(answer)]) });
  await using runtime = runtimeOf(user, sim.baseUrl, options);
  return await runtime.generateText({ role: "default", prompt: "Go." });
}

async function heldSlots({ cache }: BrokenUser): Promise<readonly string[]> {
  const names = await readdir(join(cache, "homes", "no-account", "state")).catch(() => []);
  return names.filter((name) => parseSlotName(name)?.state === "held");
}

/** Every entry that is no folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

async function place(path: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, "");
}
