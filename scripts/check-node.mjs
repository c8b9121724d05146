/**
 * Runs before the install, under whatever Node the machine has. The clone brings its own Node where a package of it is
 * pinned; elsewhere the Node of the machine runs everything, and has to be new enough.
 */
import { readFileSync } from "node:fs";

/**
 * The advice for a machine on which nothing here would run, or undefined.
 *
 * @param {{ platform: string, arch: string, glibc: boolean, node: string }} machine
 * @param {{ engines: { node: string }, optionalDependencies: Record<string, string> }} manifest
 * @returns {string | undefined}
 */
export function adviseOnNode({ platform, arch, glibc, node }, { engines, optionalDependencies }) {
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  const hasPackage = name in optionalDependencies && (platform !== "linux" || glibc);
  if (hasPackage || isAtLeast(node, engines.node)) return undefined;
  const machine = `${platform} ${arch}${platform === "linux" && !glibc ? " without glibc" : ""}`;
  const newest = Object.values(optionalDependencies)[0]?.split(".")[0] ?? "";
  return (
    `error: ktx brings no Node of its own for ${machine}, and this Node is ${node}: ${engines.node} is needed.\n` +
    `next:  Install Node ${newest} from https://nodejs.org` +
    `${platform === "darwin" ? ` (or: brew install node@${newest})` : ""}, put it first on PATH, and try again.\n`
  );
}

/** Whether a version is that of a range of the form `>=22.18`, or newer. */
function isAtLeast(version, range) {
  const [major = 0, minor = 0] = numbers(version);
  const [oldestMajor = 0, oldestMinor = 0] = numbers(range.replace(">=", ""));
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function numbers(version) {
  return version.split(".").map(Number);
}

if (process.argv[1]?.endsWith("check-node.mjs")) {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const { platform, arch, versions } = process;
  const glibc = process.report?.getReport().header.glibcVersionRuntime !== undefined;
  const advice = adviseOnNode({ platform, arch, glibc, node: versions.node }, manifest);
  if (advice !== undefined) process.stderr.write(advice);
  process.exitCode = advice === undefined ? 0 : 1;
}
