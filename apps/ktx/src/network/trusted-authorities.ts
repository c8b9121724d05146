import { readFile } from "node:fs/promises";
import { getCACertificates } from "node:tls";

/**
 * The authorities that Codex trusts, in PEM: those of the system, or of the file that a variable names, as far as it
 * can be read; and those of Node, since not every system has some.
 */
export async function trustedAuthorities(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const file = env["CODEX_CA_CERTIFICATE"] || env["SSL_CERT_FILE"];
  const own = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
  return [
    ...getCACertificates("default"),
    ...getCACertificates("system"),
    ...(own.includes("BEGIN CERTIFICATE") ? [own] : []),
  ];
}
