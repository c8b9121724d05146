#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { openProcessIo } from "./process-io.ts";

const io = openProcessIo(process, (code) => process.exit(code));
const exitCode = await runCli(process.argv.slice(2), io);
await io.flush();
// Not left to the event loop: a tools module may hold a connection open for ever.
process.exit(exitCode);
