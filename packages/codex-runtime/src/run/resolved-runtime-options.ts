import type { IsolationScene } from "@ktx/codex-home";
import type { Clock } from "@ktx/timers";
import type { AccountLimits } from "@ktx/codex-events";
import type { LastReport } from "@ktx/rate-limits";
import type { RateLimitGovernor } from "../rate-limit/rate-limit-governor.ts";
import type { Transport } from "../transport/transport.ts";
import type { ModelSlots } from "../values/resolve-model.ts";
import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import type { OnWarning } from "../values/runtime-warning.ts";
import type { ResolvedRunPolicy } from "./run-policy.ts";

/** The options with all defaults filled in. */
export interface ResolvedRuntimeOptions {
  readonly projectDir: string;
  readonly modelSlots: ModelSlots;
  readonly transport: Transport;
  /** False where the caller gave the transport, and disposes it. */
  readonly ownsTransport: boolean;
  readonly endpoint: ResponsesEndpoint | undefined;
  /** The isolation of the runs; absent for an injected runner. */
  readonly isolation: IsolationScene | undefined;
  readonly policy: ResolvedRunPolicy;
  readonly repairAttempts: number;
  readonly rateLimits: RateLimitGovernor | undefined;
  readonly limits: LastReport<AccountLimits>;
  /** The secrets that must not appear in an error, by the present environment. */
  readonly findSecrets: () => readonly string[];
  /** Never throws. */
  readonly warn: OnWarning;
  readonly clock: Clock;
  readonly traceContent: boolean;
  readonly random: () => number;
}
