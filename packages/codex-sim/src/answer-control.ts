import { parseFaults, type SimFaults } from "./faults.ts";
import type { JournalEntry } from "./journal.ts";
import { refuse, rawAnswer, type SimReply } from "./sim-reply.ts";

/** The part of the stand-in that its control requests read and change. */
export interface Controlled {
  readonly journal: readonly JournalEntry[];
  setFaults(plan: SimFaults | undefined): void;
}

/** A request to the stand-in itself. */
export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where the stand-in is controlled, beside the service that it stands in for. */
const controlPath = "/__sim/";

/**
 * The answer to a control request; undefined for any other: `GET /__sim/requests` is the journal, `?from=3` from that
 * number on; `PUT /__sim/faults` switches the faults. A browser, which a page of others might use, is refused.
 */
export function answerControl(request: ControlRequest, sim: Controlled): SimReply | undefined {
  const { method, headers, body } = request;
  const [path = "", query = ""] = request.path.split("?");
  if (!path.startsWith(controlPath)) return undefined;
  const isLoopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(headers["host"] ?? "");
  if (headers["origin"] !== undefined || headers["sec-fetch-site"] !== undefined || !isLoopback)
    return error(403, "The stand-in is not controlled from a browser.");
  switch (`${method} ${path}`) {
    case "GET /__sim/requests": {
      const from = new URLSearchParams(query).get("from") ?? "0";
      return /^\d+$/.test(from)
        ? json(sim.journal.filter(({ index }) => index >= Number(from)))
        : error(400, `Expected \`from\` as the number of a request, from 0, got ${from}.`);
    }
    case "PUT /__sim/faults":
      try {
        sim.setFaults(parseFaults(JSON.parse(body)));
        return json({ ok: true });
      } catch (problem) {
        return error(400, problem instanceof Error ? problem.message : String(problem));
      }
    default:
      return error(
        404,
        `Expected GET ${controlPath}requests or PUT ${controlPath}faults, got ${method} ${path}.`,
      );
  }
}

function json(value: object): SimReply {
  return rawAnswer(value);
}

function error(status: number, message: string): SimReply {
  return refuse(status, { error: { message: `codex-sim: ${message}` } });
}
