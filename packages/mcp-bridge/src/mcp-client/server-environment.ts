/** The variables that a program needs to run: names of Windows have any case there. */
const inherited: ReadonlySet<string> = new Set(
  (
    "PATH HOME USER LOGNAME SHELL TERM LANG LC_ALL LC_CTYPE TZ TMPDIR TMP TEMP " +
    "SYSTEMROOT WINDIR SYSTEMDRIVE COMSPEC PATHEXT USERNAME USERPROFILE HOMEDRIVE HOMEPATH " +
    "APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROCESSOR_ARCHITECTURE"
  ).split(" "),
);

/** The environment of an MCP server: an allow-list of the host's variables, and those given for it. */
export function serverEnvironment(
  host: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>> = {},
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const isAllowed = (name: string): boolean =>
    inherited.has(platform === "win32" ? name.toUpperCase() : name);
  const kept = Object.entries(host).flatMap(([name, value]) =>
    // An exported function of a shell is code.
    value !== undefined && isAllowed(name) && !value.startsWith("()") ? [[name, value]] : [],
  );
  return { ...Object.fromEntries(kept), ...given };
}
