import type { ConnectionFault } from "../network/find-connection-fault.ts";
import type { TlsProblem } from "../network/tls-problem.ts";
import { type EndpointPreset, presetAt } from "../setup/endpoint-presets.ts";
import type { AdviceScene } from "./next-step.ts";

/** The next step after a connection that failed; undefined where the general one holds. Pure. */
export function adviseConnection(
  scene: AdviceScene,
  fault: ConnectionFault | undefined,
): string | undefined {
  if (fault?.cause === "proxy") return `Start that proxy, or correct or unset ${fault.variable}.`;
  const { endpoint, given } = scene;
  const place =
    endpoint === undefined
      ? undefined
      : given?.endpoint === true
        ? "--endpoint"
        : "llm.provider.codex.endpoint.base_url";
  if (fault?.cause === "none") return "Try again.";
  if (fault?.cause === "tls") return adviseTls(fault.problem, place);
  if (endpoint === undefined || place === undefined) return undefined;
  return adviseStart(endpoint.baseUrl, place);
}

/**
 * The next step for a service that does not answer. Pure.
 *
 * @param place the place of its URL.
 * @param preset the service that the user chose. @default the one that has this URL
 */
export function adviseStart(
  baseUrl: string,
  place: string,
  preset: EndpointPreset | undefined = presetAt(baseUrl),
): string {
  const start = preset?.start;
  if (start !== undefined) return `${start}. Or correct ${place}.`;
  return isHere(baseUrl)
    ? `Start that service, or correct ${place}.`
    : `Check the network and the proxy, or correct ${place}.`;
}

function isHere(baseUrl: string): boolean {
  const hostname = URL.parse(baseUrl)?.hostname ?? "";
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

function adviseTls(problem: TlsProblem, place: string | undefined): string {
  const correct = place === undefined ? "" : `, or correct ${place}`;
  switch (problem) {
    case "untrusted":
      return `Put the certificate of its authority into a file, and name the file in SSL_CERT_FILE${correct}.`;
    case "expired":
      return `Check the clock of this machine, or renew the certificate${correct}.`;
    case "other-host":
      return place === undefined
        ? "Check the network and the proxy: another host answers."
        : `Write the host of its certificate in ${place}.`;
    case "no-tls":
      return place === undefined
        ? "Check the network and the proxy: another host answers."
        : `Write http:// in ${place}, where the service has no TLS.`;
    case "silent":
    case "other":
      return `Check the network and the proxy${correct}.`;
    default:
      return problem satisfies never;
  }
}
