/** The sources of the child's variables. */
export interface ChildEnvironmentInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Further names to pass on, such as the variable that holds an endpoint's key. */
  readonly allow?: readonly string[];
  /** Names on the list that are not inherited. */
  readonly withhold?: readonly string[];
  /** The variables that this run adds; they override inherited ones. */
  readonly add?: Readonly<Record<string, string>>;
}

/**
 * The environment of a Codex process: an allow-list of the variables with which it finds its home, its sign-in, a
 * temporary folder and the network.
 */
export function childEnvironment(input: ChildEnvironmentInput): Record<string, string> {
  const fold = (name: string): string => (input.platform === "win32" ? name.toUpperCase() : name);
  const allowed = new Set([...allowedNames, ...(input.allow ?? [])].map(fold));
  for (const name of input.withhold ?? []) allowed.delete(fold(name));
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(input.env))
    if (value !== undefined && allowed.has(fold(name))) child[name] = value;
  return { ...withoutLoopbackProxy(child), ...input.add };
}

/**
 * Limits the proxies to requests that leave this machine. Codex would otherwise send them the requests to the tools,
 * including their token, and to a local endpoint (measured).
 */
function withoutLoopbackProxy(env: Record<string, string>): Record<string, string> {
  const names = Object.keys(env);
  if (!names.some((name) => /^(?:https?|all)_proxy$/i.test(name))) return env;
  const exceptions = names.filter((name) => /^no_proxy$/i.test(name));
  const listed = exceptions.map((name) => env[name]).filter((value) => value);
  const value = [...new Set(listed), "127.0.0.1,localhost,::1"].join(",");
  const added = exceptions.length > 0 ? exceptions : ["NO_PROXY"];
  return { ...env, ...Object.fromEntries(added.map((name) => [name, value])) };
}

const proxyNames = "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY";

const allowedNames: readonly string[] = [
  // home and sign-in
  "HOME CODEX_HOME CODEX_API_KEY OPENAI_API_KEY",
  // programs and temporary files
  "PATH TMPDIR TMP TEMP",
  // TLS and proxies
  `SSL_CERT_FILE SSL_CERT_DIR CODEX_CA_CERTIFICATE ${proxyNames} ${proxyNames.toLowerCase()}`,
  // the same on Windows, where a process does not start without the first two
  "SystemRoot windir SystemDrive ComSpec PATHEXT",
  "USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData",
].flatMap((names) => names.split(" "));
