/** The secrets among the variables that a run adds to Codex's environment: all values except paths. Pure. */
export function addedSecrets(
  added: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.entries(added).flatMap(([name, value]) =>
    value === undefined || pathVariables.has(name.toUpperCase()) ? [] : [value],
  );
}

/** A path in one of these also appears in the configuration, with the folders of the run. */
const pathVariables: ReadonlySet<string> = new Set(
  (
    "HOME CODEX_HOME PATH TMPDIR TMP TEMP SSL_CERT_FILE SSL_CERT_DIR CODEX_CA_CERTIFICATE " +
    "SYSTEMROOT WINDIR COMSPEC USERPROFILE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA"
  ).split(" "),
);
