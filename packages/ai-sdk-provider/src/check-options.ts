import { InvalidArgumentError } from "@ai-sdk/provider";
import type { KtxOptions } from "./create-ktx.ts";

/** Every option; a new one that is missing here is a type error. */
const known: Readonly<Record<keyof KtxOptions, true>> = {
  announceBudget: true,
  baseInstructions: true,
  codexPath: true,
  endpoint: true,
  env: true,
  idleTimeoutMs: true,
  isolation: true,
  maxRetries: true,
  maxWaitingThreads: true,
  monotonicNow: true,
  now: true,
  onToolFailure: true,
  onWarning: true,
  projectDir: true,
  random: true,
  rateLimits: true,
  reasoningEffort: true,
  repairAttempts: true,
  retryAfterSideEffects: true,
  runner: true,
  startMcpServer: true,
  streamStartMs: true,
  timeoutMs: true,
  toolTransport: true,
  toolWaitMs: true,
  traceContent: true,
  transport: true,
  wrapTransport: true,
};

/** Options of other providers, with what ktx has in their place. */
const elsewhere: Readonly<Record<string, string>> = {
  apiKey: "Set the variable CODEX_API_KEY, or name another one in `endpoint.apiKeyEnv`.",
  baseURL: "Give `endpoint: { baseUrl }`.",
  model: "Give the model's id to the provider: `ktx(modelId)`.",
};

/**
 * Checks what a caller without types may get wrong; the values are checked where they are used.
 *
 * @throws {InvalidArgumentError} for anything but an object, and for an option that ktx does not have.
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null)
    throw refusal(
      "options",
      `Expected the options of ktx to be an object, got ${String(options)}.`,
    );
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const advice = Object.hasOwn(elsewhere, unknown)
    ? elsewhere[unknown]
    : `Known are: ${Object.keys(known).join(", ")}.`;
  throw refusal(unknown, `ktx has no option \`${unknown}\`. ${advice}`);
}

function refusal(argument: string, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument, message });
}
