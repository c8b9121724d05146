import { StoreError } from "@ktx/batch";
import type { Row } from "@ktx/batch/store";
import { wait } from "@ktx/timers";
import {
  Client,
  type ClientConfig,
  Pool,
  type PoolClient,
  type PoolConfig,
  TypeOverrides,
  types,
} from "pg";
import { breakWhenSilent, untilStopped } from "./give-up.ts";
import { guardFirstAnswer } from "./guard-first-answer.ts";
import { Patience } from "./patience.ts";
import { isConflict, mayPass, toStoreError } from "./to-store-error.ts";

export interface DatabaseOptions {
  readonly url: string;
  /** The schema of the tables: lower-case letters, digits and underscores. */
  readonly schema: string;
  readonly connections: number;
  /** Milliseconds for which a database that cannot be reached is tried again; fewer where it refuses at the start. */
  readonly patienceMs: number;
  /** Called once where the first connection takes longer than 3 s, with the name of the database for people. */
  readonly onSlow?: ((place: string) => void) | undefined;
  /** Once it fires, no statement is tried again, and each has a moment to end. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs one statement, with its values. */
export type Query = (sql: string, ...values: readonly unknown[]) => Promise<readonly Row[]>;

/** Runs the work; `isRepeated` says that an earlier try may have been done although its answer was lost. */
export type Work<Result> = (query: Query, isRepeated: boolean) => Promise<Result>;

/** Milliseconds without a first connection after which somebody who waits hears of it. */
const slowMs = 3_000;
/** Milliseconds for which a connection that ends waits for the database. */
const goodbyeMs = 1_000;

/** A pool of connections to one database that outlives its restarts. Every statement is short. */
export class Database implements AsyncDisposable {
  readonly schema: string;
  /** Names the database for people, without user and password. */
  readonly place: string;
  readonly #pool: Pool;
  readonly #patienceMs: number;
  readonly #slow: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  /** The ends of the connections that are there, or begin. */
  readonly #ends = new Map<Client, Promise<void>>();
  #wasReached = false;

  constructor({ url, schema, connections, patienceMs, onSlow, signal }: DatabaseOptions) {
    this.schema = checkSchema(schema);
    this.place = placeOf(url);
    this.#slow = setTimeout(() => onSlow?.(this.place), slowMs);
    this.#patienceMs = patienceMs;
    this.#signal = signal;
    const ends = this.#ends;
    this.#pool = new Pool({
      ...connectionTo(url),
      max: connections,
      Client: class extends Client {
        constructor(config?: ClientConfig) {
          super(config);
          // A connection may break at any time, also between two statements: the next one finds out.
          this.on("error", ignore);
          guardFirstAnswer(this.connection);
          const { promise, resolve } = Promise.withResolvers<void>();
          ends.set(this, promise);
          this.once("end", () => {
            ends.delete(this);
            resolve();
          });
        }
      },
    });
    this.#pool.on("error", ignore);
  }

  /** Runs the work on one connection, each statement on its own. */
  async run<Result>(work: Work<Result>): Promise<Result> {
    return await this.#patiently((client, isRepeated) => work(this.#queryOn(client), isRepeated));
  }

  /** Runs the work in one transaction; nothing of it remains where it throws. */
  async transact<Result>(work: Work<Result>): Promise<Result> {
    return await this.#patiently(async (client, isRepeated) => {
      const query = this.#queryOn(client);
      await query("BEGIN");
      try {
        const result = await work(query, isRepeated);
        await query("COMMIT");
        return result;
      } catch (error) {
        if (!mayPass(error) || isConflict(error)) await query("ROLLBACK");
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#slow);
    const ended = this.#pool.end();
    const over = new AbortController();
    const all = Promise.all(this.#ends.values()).then(() => over.abort());
    await wait(goodbyeMs, over.signal);
    // A network that is cut takes no goodbye.
    for (const { connection } of this.#ends.keys()) connection.stream.destroy();
    await ended;
    await all;
  }

  async #patiently<Result>(
    work: (client: PoolClient, isRepeated: boolean) => Promise<Result>,
  ): Promise<Result> {
    const patience = new Patience(this.#patienceMs, performance.now());
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#onClient((client) => work(client, tries > 1));
      } catch (error) {
        const isStopped = this.#signal?.aborted === true;
        const wasReached = this.#wasReached;
        if (patience.isOver(error, wasReached, performance.now()) || isStopped)
          throw toStoreError(error, this.place, wasReached);
        await wait(Math.min(1_000, 50 * tries), this.#signal);
      }
    }
  }

  async #onClient<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    this.#wasReached = true;
    clearTimeout(this.#slow);
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = mayPass(error) && !isConflict(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #connect(): Promise<PoolClient> {
    const connecting = this.#pool.connect();
    try {
      return await untilStopped(connecting, this.#signal);
    } catch (error) {
      // It may come later, when nobody waits for it.
      connecting.then((client) => client.release(true), ignore);
      throw error;
    }
  }

  #queryOn(client: PoolClient): Query {
    return async (sql, ...values) => {
      using _ = breakWhenSilent(client.connection.stream, values);
      const asked = client.query<Row>(sql, [...values]);
      return (await untilStopped(asked, this.#signal)).rows;
    };
  }
}

/** The settings of a connection to this database. @throws {StoreError} for a text that is no such URL. */
export function connectionTo(url: string): PoolConfig {
  return {
    connectionString: withVerifiedTls(url),
    application_name: "ktx",
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: wholeNumbers,
  };
}

/** The client takes these modes for `verify-full`, with a warning of many lines; written so, they come without one. */
function withVerifiedTls(url: string): string {
  if (/[?&]uselibpqcompat=true/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

/** A bigint comes as a number: all that the tables hold stays below 2^53. */
const wholeNumbers = new TypeOverrides();
wholeNumbers.setTypeParser(types.builtins.INT8, Number);

/** Names of schemas stand in statements as they are. */
function checkSchema(schema: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new TypeError(
      `Expected a schema of up to 63 lower-case letters, digits and underscores, got ${JSON.stringify(schema)}.`,
    );
  return schema;
}

function ignore(): void {
  // The statement that needs the connection gets the error.
}

/**
 * The name of the database and its host. A sign of a password that is not escaped ends the host's part too early, so that
 * parts of the password would stand in the name: a URL with `@` or `#` behind its host is refused.
 */
function placeOf(url: string): string {
  const parsed = URL.parse(url);
  const isWhole = /^postgres(?:ql)?:\/\/[^/?#]*(?:[/?][^@#]*)?$/i.test(url);
  if (parsed === null || !isWhole)
    // It may be a password that was pasted by mistake, so it is not shown.
    throw new StoreError(
      "broken",
      "Expected the URL of a Postgres database, such as postgres://user:<password>@host:5432/name, got something else. A password's characters such as # / ? and @ are written %23 %2F %3F and %40.",
    );
  const name = parsed.pathname.slice(1) || parsed.username || "postgres";
  return `${decode(name)} at ${parsed.host || "the local socket"}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
