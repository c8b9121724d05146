import { chmod, chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Claim, StoreError } from "@ktx/batch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestCertificate } from "../../../apps/ktx/test/test-certificate.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openPostgresStore, pruneBatches } from "../src/index.ts";
import { newSchema } from "./make-store.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await postgres.query(`CREATE ROLE guest LOGIN PASSWORD 'made-for-this-test'`);
});
afterAll(() => postgres[Symbol.asyncDispose]());

async function refusalOf(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StoreError) return error;
  throw new Error(`Expected a StoreError, got ${String(error)}.`);
}

/** One that cannot be reached is not waited for; any other has the time that a busy machine takes. */
function patienceOf(kind: StoreError["kind"]): { readonly patienceMs?: number } {
  return kind === "busy" ? { patienceMs: 200 } : {};
}

const secrets = /made-for-this-test|a-wrong-one/;

test("each database that cannot be used has its sentence, without the password", async () => {
  const port = postgres.port;
  const owned = newSchema();
  await (await openPostgresStore({ url: postgres.url(), schema: owned }))[Symbol.asyncDispose]();
  const foreign = newSchema();
  await postgres.query(`CREATE SCHEMA ${foreign} CREATE TABLE format (name text)`);
  await postgres.query("CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const cases = [
    [
      postgres.url().replace("made-for-this-test", "a-wrong-one"),
      "broken",
      /refused the sign-in\. Check the user/,
    ],
    [
      postgres.url("nowhere"),
      "broken",
      /There is no database nowhere at 127\.0\.0\.1:\d+\. Create it/,
    ],
    [
      postgres.url("postgres", "guest"),
      "broken",
      /lacks a right\. Let its owner run `GRANT CREATE/,
    ],
    [
      postgres.url("postgres", "guest"),
      "broken",
      /lacks a right on the store's schema or tables\. .*`GRANT SELECT, INSERT, UPDATE, DELETE/,
      owned,
    ],
    [
      postgres.url().replace(":made-for-this-test", ""),
      "broken",
      /asks for a password, and its URL has none\. Add it/,
    ],
    [postgres.url().replace(`:${port}/`, ":1/"), "busy", /cannot be reached\. Check that it runs/],
    [
      postgres.url().replace("127.0.0.1", "db.invalid"),
      "busy",
      /at db\.invalid:\d+ cannot be reached\. Check the host name: .*ENOTFOUND/,
    ],
    [
      `${postgres.url()}?sslmode=require`,
      "broken",
      /has no TLS, and its URL asks for it\. Turn TLS/,
    ],
    [
      `${postgres.url()}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`,
      "broken",
      /A file that the URL of the database .* names cannot be read\. Correct its path/,
    ],
    [
      postgres.url().replace("made-for-this-test", "made-for-this-test#2"),
      "broken",
      /A password's characters such as # .* are written %23/,
    ],
    [
      "mysql://owner:made-for-this-test@127.0.0.1/x",
      "broken",
      /Expected the URL of a Postgres database/,
    ],
    ["made-for-this-test", "broken", /Expected the URL of a Postgres database/],
    // Their signs end the host's part of the URL, and the rest of the password would stand in its name.
    ...["12/made-for-this-test", "12?made-for-this-test", "a@b:/?#made-for-this-test"].map(
      (password) =>
        [
          postgres.url().replace("made-for-this-test", password),
          "broken",
          /A password's characters such as # .* are written %23/,
        ] as const,
    ),
    [
      postgres.url("two%20words"),
      "broken",
      /There is no database two words at 127\.0\.0\.1:\d+\. Create it/,
    ],
    [
      postgres.url("narrow"),
      "broken",
      /keeps its text as LATIN1, .* Create one with CREATE DATABASE name ENCODING 'UTF8'/,
    ],
    [
      postgres.url(),
      "broken",
      /A table of the store in .* is not what this version of ktx made\..* or use another database\./,
      foreign,
    ],
  ] as const;
  for (const [url, kind, sentence, schema = newSchema()] of cases) {
    const refusal = await refusalOf(openPostgresStore({ url, schema, ...patienceOf(kind) }));
    expect([refusal.kind, refusal.message]).toEqual([kind, expect.stringMatching(sentence)]);
    expect(refusal.message).not.toMatch(secrets);
  }
});

test("a database that wants TLS, and one whose certificate nobody trusts, have their sentences; with its authority it opens", async () => {
  await using tls = await startPostgres();
  await using folder = await makeTestFolder("tls");
  await chmod(folder.path, 0o755);
  const { authority, cert, key } = makeTestCertificate(["localhost"]);
  const files = Object.entries({ authority, cert, key });
  for (const [name, text] of files) await writeFile(join(folder.path, name), text);
  await chmod(join(folder.path, "key"), 0o600);
  // Root runs the server as this user.
  if (process.getuid?.() === 0) await chown(join(folder.path, "key"), 65_534, 65_534);
  const [hba] = await tls.query("SHOW hba_file");
  const rules = "hostssl all all all scram-sha-256\nhost all all 127.0.0.1/32 reject\n";
  await writeFile(String(hba?.["hba_file"]), `host all owner 127.0.0.1/32 scram-sha-256\n${rules}`);
  await tls.query("CREATE ROLE remote LOGIN PASSWORD 'made-for-this-test' IN ROLE owner");
  for (const name of ["cert", "key"])
    await tls.query(`ALTER SYSTEM SET ssl_${name}_file = '${join(folder.path, name)}'`);
  await tls.query("ALTER SYSTEM SET ssl = on");
  await tls.restart();
  const url = tls.url("postgres", "remote");
  const secure = `${url.replace("127.0.0.1", "localhost")}?sslmode=require`;
  const trusting = `${secure}&sslrootcert=${join(folder.path, "authority")}`;
  const schema = newSchema();
  const open = (place: string) => openPostgresStore({ url: place, schema });
  const warnings: string[] = [];
  const note = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", note);
  for (const [place, sentence] of [
    [url, /takes no connection without TLS\. Add \?sslmode=verify-full to its URL/],
    [secure, /The certificate of the database .* is not trusted/],
    [trusting.replace("localhost", "127.0.0.1"), /is not trusted for this name/],
  ] as const) {
    const { kind, message } = await refusalOf(open(place));
    expect([kind, message]).toEqual(["broken", expect.stringMatching(sentence)]);
    expect(message).not.toMatch(secrets);
  }
  await using store = await open(trusting);
  expect(await store.batches()).toEqual([]);
  // Node emits a warning a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

test("a user with the rights that the refusal names works on the store of another one", async () => {
  const schema = newSchema();
  await using owners = await openPostgresStore({ url: postgres.url(), schema });
  await owners.add([{ key: "a", payload: 1 }], { id: "batch" });
  await postgres.query(`GRANT USAGE ON SCHEMA ${schema} TO guest`);
  await postgres.query(
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO guest`,
  );
  const url = postgres.url("postgres", "guest");
  await using store = await openPostgresStore({ url, schema });
  expect(await store.complete(await claimOne(store), { result: 1 })).toBe(true);
  await store.add([{ key: "b", payload: 2 }], { id: "other" });
  await postgres.query(`UPDATE ${schema}.batches SET added_at = 0`);
  expect(await pruneBatches({ url, schema, olderThanMs: 1_000 })).toBe(1);
});

test("a schema that is no plain name is refused before anything is sent", async () => {
  for (const schema of ["", "Ktx", "a-b", "a.b", 'a"; DROP TABLE units; --'])
    await expect(openPostgresStore({ url: postgres.url(), schema })).rejects.toThrow(
      "Expected a schema of up to 63 lower-case letters, digits and underscores",
    );
});

test("programs that open a new store at once make it once", async () => {
  const schema = newSchema();
  const stores = await Promise.all(
    Array.from({ length: 12 }, () =>
      openPostgresStore({ url: postgres.url(), schema, connections: 1 }),
    ),
  );
  await stores[0]?.add([{ key: "a", payload: 1 }], { id: "batch" });
  expect((await stores[11]?.counts())?.waiting).toBe(1);
  for (const store of stores) await store[Symbol.asyncDispose]();
});

test("a store of another version of ktx is refused and left as it is, also where it is changed during the work", async () => {
  const schema = newSchema();
  const open = () => openPostgresStore({ url: postgres.url(), schema });
  await using store = await open();
  await store.add([{ key: "a", payload: 1 }], { id: "batch" });
  const claim = await claimOne(store);
  await store.add([{ key: "b", payload: 2 }], { id: "batch" });
  const newer = [
    "newer",
    expect.stringContaining("has format 2, and this version of ktx knows formats up to 1"),
  ];
  for (const [version, expected] of [
    [2, newer],
    [0, ["broken", expect.stringContaining("needs format 1. Restore a copy")]],
  ] as const) {
    await postgres.query(`UPDATE ${schema}.format SET version = ${version}`);
    for (const work of [
      () => open(),
      () => store.claim({ worker: "one", leaseMs: 60_000 }),
      () => pruneBatches({ url: postgres.url(), schema, olderThanMs: 0 }),
    ]) {
      const { kind, message } = await refusalOf(work());
      expect([kind, message]).toEqual(expected);
    }
  }
  // What ran before is not lost.
  expect(await store.complete(claim, { result: 42 })).toBe(true);
  expect((await store.get(["a", "b"])).map((record) => record?.state)).toEqual(["done", "waiting"]);
  await postgres.query(`ALTER TABLE ${schema}.units RENAME COLUMN weight TO heft`);
  await postgres.query(`UPDATE ${schema}.format SET version = 1`);
  const { kind, message } = await refusalOf(store.claim({ worker: "one", leaseMs: 60_000 }));
  expect([kind, message]).toEqual(["broken", expect.stringMatching(/is not what this version/)]);
});

test("a database without room keeps what it had, and takes the result once there is room", async () => {
  const schema = newSchema();
  await using store = await openPostgresStore({ url: postgres.url(), schema });
  await store.add([{ key: "a", payload: 1 }], { id: "batch" });
  const claim = await claimOne(store);
  // The database reports a full disk with this code, whatever it was about to write.
  await postgres.query(`
    CREATE FUNCTION ${schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON ${schema}.results FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse()`);
  const refusal = await refusalOf(store.complete(claim, { result: 42 }));
  expect([refusal.kind, refusal.message]).toEqual([
    "full",
    expect.stringMatching(/has no room left\. Free some space there/),
  ]);
  expect((await store.get(["a"]))[0]?.state).toBe("running");
  await postgres.query(`DROP TRIGGER full_disk ON ${schema}.results`);
  expect(await store.complete(claim, { result: 42 })).toBe(true);
  expect((await store.get(["a"]))[0]?.result).toBe(42);
});

test("workers whose clocks differ by two minutes agree on what is due", async () => {
  const schema = newSchema();
  await using store = await openPostgresStore({ url: postgres.url(), schema });
  await store.add([{ key: "a", payload: 1 }], { id: "batch" });
  // The lease is a span, so only the database's clock ends it.
  await store.claim({ worker: "one", leaseMs: 60_000 });
  const [row] = await postgres.query(
    `SELECT due_at - (extract(epoch from clock_timestamp()) * 1000)::bigint < 60001 AS bounded FROM ${schema}.units`,
  );
  expect(row).toEqual({ bounded: true });
  expect((await store.claim({ worker: "two", leaseMs: 60_000 })).type).toBe("none");
});

async function claimOne(store: Awaited<ReturnType<typeof openPostgresStore>>): Promise<Claim> {
  const answer = await store.claim({ worker: "one", leaseMs: 60_000 });
  if (answer.type === "none") throw new Error("Expected a unit.");
  return answer.claim;
}
