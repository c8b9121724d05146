// Runs many command lines, one after the other, in this process and its terminal, each as `bin.ts` would.
import { readFileSync } from "node:fs";
import { runCli } from "../src/cli.ts";
import { runToEnd } from "../src/main.ts";
import { openProcessIo } from "../src/process-io.ts";

const [file = ""] = process.argv.slice(2);
const exit = (code: number): void => {
  process.exitCode = code;
};
const io = openProcessIo(process, { exit, onSignal: () => {} });
process.setMaxListeners(0);
for (const line of readFileSync(file, "utf8").trim().split("\n")) {
  const args = line.split("\t");
  process.stdout.write(`$ ktx ${args.join(" ")}\n`);
  const exitCode = await runToEnd({ process, io, exit }, () => runCli(args, io));
  process.stdout.write(`= ${exitCode}\n`);
}
// Each command has come to its end, so the empty event loop is no fault of one.
process.removeAllListeners("beforeExit");
process.exitCode = 0;
