import { findConnectionFault } from "../network/find-connection-fault.ts";

export interface ProbeEndpointInput {
  readonly baseUrl: string;
  /** The key itself; it is in no result. */
  readonly apiKey?: string | undefined;
  readonly signal: AbortSignal;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

/** The answer of a service to `GET /models`, which costs nothing. */
export type EndpointProbe =
  /** `baseUrl`: the one that answered, which has the `/v1` that the given one lacks. */
  | { readonly state: "listed"; readonly baseUrl: string; readonly models: readonly string[] }
  /** It wants a key, or another one. */
  | { readonly state: "key-refused"; readonly status: number }
  /** It answers, and not with a list of models. */
  | { readonly state: "no-list"; readonly status: number }
  /** `reason`: a phrase, such as `connection refused`. */
  | { readonly state: "unreachable"; readonly reason: string };

/** Asks a service for its models. Rejects only on abort. */
export async function probeEndpoint(input: ProbeEndpointInput): Promise<EndpointProbe> {
  const given = await askModels(input);
  if (given.state !== "no-list" || /\/v\d+$/.test(input.baseUrl)) return given;
  // People give the address of the service, and its API is one level below.
  const below = await askModels({ ...input, baseUrl: `${input.baseUrl}/v1` });
  return below.state === "listed" || below.state === "key-refused" ? below : given;
}

/** Without a slash at its end, as the path of a request is added to it. */
export function trimBaseUrl(text: string): string {
  return text.trim().replace(/\/+$/, "");
}

async function askModels(input: ProbeEndpointInput): Promise<EndpointProbe> {
  const { baseUrl, apiKey, signal, timeoutMs = 5_000 } = input;
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // A key is for the service that was named, and not for another one that it points to.
      redirect: "error",
    });
    const { status } = response;
    if (status === 401 || status === 403) return { state: "key-refused", status };
    const models = response.ok ? readModelIds(await response.text()) : undefined;
    return models === undefined
      ? { state: "no-list", status }
      : { state: "listed", baseUrl, models };
  } catch (error) {
    signal.throwIfAborted();
    return { state: "unreachable", reason: await explainFetchError(error, baseUrl, signal) };
  }
}

/** The ids of `{ "data": [{ "id": … }] }`, without those that a terminal would not show; undefined for any other text. */
function readModelIds(text: string): readonly string[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const data = isRecord(body) ? body["data"] : undefined;
    if (!Array.isArray(data)) return undefined;
    return data.flatMap((entry: unknown) => {
      const id = isRecord(entry) ? entry["id"] : undefined;
      return typeof id === "string" && /^[!-~]{1,200}$/.test(id) ? [id] : [];
    });
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Node's `fetch` does not connect to some ports, such as 9; a connection does. */
async function explainFetchError(
  error: unknown,
  baseUrl: string,
  signal: AbortSignal,
): Promise<string> {
  const reason = describeFetchError(error);
  const url = URL.parse(baseUrl);
  if (reason !== noUsableAnswer || url === null) return reason;
  const { cause } = await findConnectionFault(url, { env: {}, signal });
  return cause === "refused" ? "connection refused" : reason;
}

const noUsableAnswer = "no usable answer";

/** Node's `fetch` has one message for all; its cause has the code. */
function describeFetchError(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "no answer in time";
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return phrases[code] ?? (code === "" ? noUsableAnswer : code);
}

const phrases: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "unknown host",
  EAI_AGAIN: "unknown host",
  ETIMEDOUT: "no answer in time",
  UND_ERR_CONNECT_TIMEOUT: "no answer in time",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak https",
};
