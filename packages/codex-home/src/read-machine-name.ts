import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * A short name for the scope of a process id: this machine since its start, and on Linux this process-id
 * namespace. Containers that share a cache folder have different names.
 */
export function readMachineName(): string {
  const parts = [
    hostname(),
    tryTo(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    tryTo(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
}

/** Null on a system without such a file. */
function tryTo(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
