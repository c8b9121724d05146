import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * A short name for where process ids mean the same: this machine since it was started, and on Linux this
 * process-id namespace. Containers that share a cache folder each have their own.
 */
export function readMachineName(): string {
  const parts = [
    hostname(),
    tryTo(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    tryTo(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
}

/** Null on a system that has no such file. */
function tryTo(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
