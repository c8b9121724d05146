/**
 * The secrets in an environment: the keys of these variables, and the passwords of its proxies, which Codex
 * gets as well. Pure.
 */
export function findSecrets(
  env: Readonly<Record<string, string | undefined>>,
  keyNames: readonly string[],
): readonly string[] {
  const keys = keyNames.map((name) => env[name]?.trim() ?? "");
  const proxies = Object.entries(env).filter(([name]) => /^(?:https?|all)_proxy$/i.test(name));
  return [...keys, ...proxies.flatMap(([, address = ""]) => passwordsOf(address))].filter(Boolean);
}

/** As it is written, and as it is meant. */
function passwordsOf(address: string): readonly string[] {
  const password = URL.parse(address)?.password ?? "";
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
