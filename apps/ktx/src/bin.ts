#!/usr/bin/env node
// An older Node cannot read the rest of ktx. So this file imports nothing before it has looked at the version,
// and is written in what Node 20 reads.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `error: ktx needs Node 22.12 or newer. This is Node ${process.versions.node}.\n` +
      "next:  Install a newer Node from https://nodejs.org, or run ktx with one that you have.\n",
  );
  process.exit(2);
}
const { main } = await import("./main.ts");
// Not left to the event loop: what was started may hold a connection open for ever.
process.exit(await main(process, (code) => process.exit(code)));
