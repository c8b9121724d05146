import type { ServerRefusal } from "@ktx/codex-events/app-server";

/** The end of a process of Codex, or the request that it refused. */
export interface TurnExit {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly refusal?: RpcRefusal;
  readonly stderrTail: string;
}

/** Codex answered a request with a JSON-RPC error. */
export interface RpcRefusal extends ServerRefusal {
  readonly method: string;
}
