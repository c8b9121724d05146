/** The proxy that the environment names for a URL; undefined for a direct connection. Pure. */
export function proxyFor(
  { protocol, hostname }: URL,
  env: Readonly<Record<string, string | undefined>>,
): URL | undefined {
  const name = protocol === "https:" ? "https_proxy" : "http_proxy";
  const read = (one: string): string => env[one] ?? env[one.toUpperCase()] ?? "";
  const proxy = read(name) || read("all_proxy");
  if (proxy === "" || isExcepted(hostname, read("no_proxy"))) return undefined;
  return URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`) ?? undefined;
}

/** `localhost,.example.com,example.org`, or `*`. */
function isExcepted(hostname: string, list: string): boolean {
  return list
    .split(",")
    .map((one) => one.trim().replace(/^\*?\./, ""))
    .some(
      (one) => one === "*" || (one !== "" && (hostname === one || hostname.endsWith(`.${one}`))),
    );
}
