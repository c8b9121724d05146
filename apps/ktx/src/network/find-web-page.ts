import { type ConnectionFault, hostOf } from "./find-connection-fault.ts";

/**
 * The fault of a service that answers a request for its models with a web page; undefined for any other answer. Sends
 * no key. Never rejects.
 *
 * @param url the base URL of the service.
 */
export async function findWebPage(
  url: URL,
  { signal, timeoutMs = 3_000 }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<ConnectionFault | undefined> {
  try {
    const response = await fetch(`${url.href.replace(/\/+$/, "")}/models`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    const isPage = /^text\/html\b/i.test(response.headers.get("content-type") ?? "");
    return response.ok && isPage ? { cause: "web-page", host: hostOf(url) } : undefined;
  } catch {
    return undefined;
  }
}
