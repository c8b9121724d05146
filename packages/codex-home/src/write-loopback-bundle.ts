import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/**
 * The path of a bundle with a single public root certificate, for runs that only speak plain HTTP to
 * this machine. Codex parses the whole bundle for each request even when it needs no certificate:
 * 8–10 ms for the 146 certificates of a usual system.
 */
export async function writeLoopbackBundle(folder: string): Promise<string | undefined> {
  const [certificate] = rootCertificates;
  if (certificate === undefined) return undefined;
  const path = join(folder, "loopback-ca.pem");
  await writeFile(path, `${certificate}\n`);
  return path;
}
