import { createHash, timingSafeEqual } from "node:crypto";

/** The facts of a request that decide about it. */
export interface Visit {
  readonly method: string;
  /** The path and the query, as in the request line. */
  readonly target: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
}

export interface VisitRules {
  readonly token: string;
  readonly port: number;
}

export type Admission =
  | { readonly outcome: "admitted"; readonly url: URL }
  /** The token was in the address: it becomes a cookie, and leaves the address. */
  | { readonly outcome: "welcome"; readonly location: string; readonly cookie: string }
  | {
      readonly outcome: "refused";
      readonly status: 400 | 401 | 403 | 405;
      readonly message: string;
    };

/**
 * Decides about a request: only this machine's browser, with the token. A page of another site that resolves its own
 * name to 127.0.0.1 still sends that name as its host, and its own origin. Pure.
 */
export function admitVisit(visit: Visit, { token, port }: VisitRules): Admission {
  const { method, target, host, origin, cookie } = visit;
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !own.includes(host.toLowerCase()))
    return refuse(403, `Expected the address http://127.0.0.1:${port}, got another host.`);
  if (origin !== undefined && !own.some((name) => origin.toLowerCase() === `http://${name}`))
    return refuse(403, "Expected a request of a page of this wiki, got one of another site.");
  if (!["GET", "HEAD", "POST"].includes(method))
    return refuse(405, `Expected GET, HEAD or POST, got ${method}.`);
  // A target of two slashes would name another host.
  const url =
    target.startsWith("/") && !target.startsWith("//") ? URL.parse(target, `http://${host}`) : null;
  if (url === null) return refuse(400, "Expected a path of this wiki.");
  const given = url.searchParams.get("token");
  if (given !== null && method === "GET" && isSame(given, token)) {
    url.searchParams.delete("token");
    return {
      outcome: "welcome",
      location: url.pathname + url.search,
      cookie: `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    };
  }
  const known = cookie?.split(/;\s*/).some((part) => {
    const [name, value = ""] = part.split("=");
    return name === cookieName(port) && isSame(value, token);
  });
  return known === true
    ? { outcome: "admitted", url }
    : refuse(401, "Open the address that ktx wiki serve printed: it holds the token.");
}

/** Cookies do not know ports: two wikis at once need two names. */
function cookieName(port: number): string {
  return `ktx-wiki-${port}`;
}

function refuse(
  status: Extract<Admission, { outcome: "refused" }>["status"],
  message: string,
): Admission {
  return { outcome: "refused", status, message };
}

/** Takes as long for any two texts. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
