#!/usr/bin/env node
// An older Node cannot parse the rest of ktx. So this file imports nothing before it has checked the version, and
// uses only the syntax of Node 20.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `error: ktx needs Node 22.18 or newer. This is Node ${process.versions.node}.\n` +
      "next:  Install a newer Node from https://nodejs.org, or run ktx with one that is already installed.\n",
  );
  process.exit(2);
}
const { main } = await import("./main.ts");
// Not left to the event loop: a remaining connection could keep the process alive for ever.
process.exit(await main(process, (code) => process.exit(code)));
