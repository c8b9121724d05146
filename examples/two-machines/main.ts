/** Plays two machines by two processes, with a Postgres of their own unless `DATABASE_URL` names yours. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
// The repository's own way to start a Postgres without an installation.
import { startPostgres } from "../../packages/queue-postgres/test/start-postgres.ts";

const postgres = process.env["DATABASE_URL"] === undefined ? await startPostgres() : undefined;
const sim = await startCodexSim({
  script: ({ userText }) => reply([text(`Done: ${userText}`)], { beforeHeadersMs: 50 }),
});
const env = {
  ...process.env,
  MODEL_URL: sim.baseUrl,
  ...(postgres && { DATABASE_URL: postgres.url() }),
};
const program = `${import.meta.dirname}/machine.ts`;
try {
  const machines = ["berlin", "oslo"].map((name) =>
    promisify(execFile)(process.execPath, [...process.execArgv, program, name], { env }),
  );
  for (const { stdout } of await Promise.all(machines)) process.stdout.write(stdout);
  console.log(`${sim.requests.length} requests: each prompt ran on one machine`);
} finally {
  await sim.close();
  await postgres?.[Symbol.asyncDispose]();
}
