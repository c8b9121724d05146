// The process that `supervise` starts: the command itself, with the user's code beside it.
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { runCli } from "../cli.ts";
import { onEndingSignal } from "../ending-signals.ts";
import { runToEnd } from "../main.ts";
import { openProcessIo } from "../process-io.ts";
import { openSupervisorChannel } from "../supervise/supervisor-channel.ts";

startThread();
const channel = openSupervisorChannel(process);
// A terminal sends signals to this process too; they must not end it before the supervisor decides.
onEndingSignal(process, () => {});
// Waits for the supervisor, since nothing else keeps the process alive.
const waiting = setInterval(() => {}, 60_000);
const stdout = await channel.stdout;
clearInterval(waiting);
const exit = (code: number): never => process.exit(code);
const { onSignal } = channel;
const io = openProcessIo(process, { exit, onSignal, stdout, userCode: channel });
const exitCode = await runToEnd({ process, io, exit }, () => runCli(process.argv.slice(2), io));
await channel.finish(exitCode);
exit(exitCode);

function startThread(): void {
  const file = join(import.meta.dirname, `end-with-supervisor${extname(import.meta.filename)}`);
  new Worker(file).unref();
}
