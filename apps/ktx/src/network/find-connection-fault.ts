import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type NamedProxy, proxyFor } from "./proxy-for.ts";
import { readTlsError, type TlsProblem } from "./tls-problem.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

/** The reason why a service cannot be reached. Hosts have their port. */
export type ConnectionFault =
  | { readonly cause: "dns"; readonly host: string }
  | { readonly cause: "refused"; readonly host: string }
  | { readonly cause: "silent"; readonly host: string }
  | {
      readonly cause: "tls";
      readonly host: string;
      readonly detail: string;
      readonly problem: TlsProblem;
    }
  /** `variable`: the variable that names the proxy. */
  | {
      readonly cause: "proxy";
      readonly host: string;
      readonly detail: string;
      readonly variable: string;
    }
  | { readonly cause: "other"; readonly host: string; readonly detail: string }
  /** It answers as a web server does, and not as a model service. */
  | { readonly cause: "web-page"; readonly host: string }
  /** The service accepts connections now. */
  | { readonly cause: "none"; readonly host: string };

interface FindOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds for each step. @default 3000 */
  readonly patienceMs?: number;
}

/** Connects once, as far as the encryption, and sends no request. Never rejects. */
export async function findConnectionFault(
  url: URL,
  { env, signal, patienceMs = 3_000 }: FindOptions,
): Promise<ConnectionFault> {
  const host = hostOf(url);
  const bounds = { patienceMs, signal, env };
  const proxy = proxyFor(url, env);
  if (proxy !== undefined) return askProxy(proxy, url, bounds);
  const opened = await open(url, bounds);
  if ("cause" in opened) return opened;
  using _ = disposing(opened);
  return url.protocol === "https:" ? await encrypt(opened, url, bounds) : { cause: "none", host };
}

type Bounds = Required<FindOptions>;

async function open(url: URL, bounds: Bounds): Promise<Socket | ConnectionFault> {
  const host = hostOf(url);
  const name = nameOf(url);
  try {
    if (isIP(name) === 0) await within(lookup(name), bounds);
  } catch (error) {
    return error === silence ? { cause: "silent", host } : { cause: "dns", host };
  }
  const socket = connect(portOf(url), name);
  try {
    await within(eventOf(socket, "connect"), bounds);
    return socket;
  } catch (error) {
    socket.destroy();
    if (error === silence) return { cause: "silent", host };
    const code = codeOf(error);
    if (code === "ECONNREFUSED") return { cause: "refused", host };
    return { cause: "other", host, detail: code };
  }
}

async function encrypt(socket: Socket, url: URL, bounds: Bounds): Promise<ConnectionFault> {
  const host = hostOf(url);
  const name = nameOf(url);
  const ca = await trustedAuthorities(bounds.env);
  const tls = connectTls({ socket, ca: [...ca], ...(isIP(name) === 0 && { servername: name }) });
  try {
    await within(eventOf(tls, "secureConnect"), bounds);
    return { cause: "none", host };
  } catch (error) {
    const isSilent = error === silence;
    const found = isSilent
      ? ({ problem: "silent", detail: "no answer" } as const)
      : readTlsError(error);
    return { cause: "tls", host, ...found };
  } finally {
    tls.destroy();
  }
}

async function askProxy(
  { url: proxy, variable }: NamedProxy,
  url: URL,
  bounds: Bounds,
): Promise<ConnectionFault> {
  const fault = { cause: "proxy", host: hostOf(proxy), variable } as const;
  const opened = await open(proxy, bounds);
  if ("cause" in opened) return { ...fault, detail: describeProxyFault(opened) };
  using _ = disposing(opened);
  if (url.protocol !== "https:") return { cause: "none", host: hostOf(url) };
  opened.write(`CONNECT ${hostOf(url)} HTTP/1.1\r\nHost: ${hostOf(url)}\r\n\r\n`);
  try {
    const answer = await within(eventOf(opened, "data"), bounds);
    const status = /^HTTP\/1\.\d (\d{3})/.exec(String(answer))?.[1];
    if (status === "200") return await encrypt(opened, url, bounds);
    const said = status === undefined ? "with no HTTP" : `with status ${status}`;
    return { ...fault, detail: `it answers ${said} for ${hostOf(url)}` };
  } catch (error) {
    return { ...fault, detail: error === silence ? "no answer" : messageOf(error) };
  }
}

function describeProxyFault(fault: ConnectionFault): string {
  switch (fault.cause) {
    case "dns":
      return "its name has no address";
    case "refused":
      return "it refuses the connection";
    case "silent":
      return "it does not answer";
    default:
      return "detail" in fault ? fault.detail : "it cannot be used";
  }
}

/** The error of a step that took too long. */
const silence = new Error("The step took too long.");

async function within<Value>(work: Promise<Value>, { patienceMs, signal }: Bounds): Promise<Value> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(silence), patienceMs);
  const abort = (): void => over.reject(silence);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    work.catch(() => {});
  }
}

function eventOf(socket: Socket, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.once(name, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
  });
}

function disposing(socket: Socket): Disposable {
  return { [Symbol.dispose]: () => socket.destroy() };
}

/** Without the brackets of an IPv6 address. */
function nameOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

/** The host of a URL with its port. */
export function hostOf(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : messageOf(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
