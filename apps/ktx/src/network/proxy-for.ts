/** A proxy, and the name of the variable that it comes from. */
export interface NamedProxy {
  readonly url: URL;
  readonly variable: string;
}

/** The proxy that the environment names for a URL; undefined for a direct connection. Pure. */
export function proxyFor(
  { protocol, hostname }: URL,
  env: Readonly<Record<string, string | undefined>>,
): NamedProxy | undefined {
  const kind = protocol === "https:" ? "https_proxy" : "http_proxy";
  const names = [kind, "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  const variable = names.find((name) => env[name]);
  const proxy = variable === undefined ? undefined : env[variable];
  const exceptions = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  if (variable === undefined || proxy === undefined || isExcepted(hostname, exceptions))
    return undefined;
  const url = URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`);
  return url === null ? undefined : { url, variable };
}

/** `localhost,.example.com,example.org`, or `*`. Codex takes no proxy to this machine. */
function isExcepted(hostname: string, list: string): boolean {
  return `${list},127.0.0.1,localhost,[::1]`
    .split(",")
    .map((one) => one.trim().replace(/^\*?\./, ""))
    .some(
      (one) => one === "*" || (one !== "" && (hostname === one || hostname.endsWith(`.${one}`))),
    );
}
