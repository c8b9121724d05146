/** Fails where a dependency has a licence that `judgeLicences` does not know as allowed, with its name. */
import { execFileSync } from "node:child_process";
import { judgeLicences, type LicensedPackage } from "./judge-licences.ts";

const shipped = judgeLicences(list("--prod"), true);
const all = judgeLicences(list(), false);
for (const { name, license } of shipped)
  console.error(`${name} is shipped with a package of ours, under ${license}.`);
for (const { name, license } of all) console.error(`${name} is under ${license}.`);
const count = shipped.length + all.length;
if (count > 0) console.error("Take another package, or allow the licence in judge-licences.ts.");
process.exitCode = count > 0 ? 1 : 0;

function list(...flags: readonly string[]): readonly LicensedPackage[] {
  const output = execFileSync("pnpm", ["-r", "licenses", "list", "--json", ...flags], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  return Object.values(
    JSON.parse(output) as Readonly<Record<string, readonly LicensedPackage[]>>,
  ).flat();
}
