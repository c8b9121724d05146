import { type AccountLimits, parseAccountLimits } from "@ktx/codex-events";
import { TurnEndedError } from "@ktx/codex-process";
import type { AppServer } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";

/**
 * The limits of the account, from `account/rateLimits/read`: Codex asks the service without a turn (0.163.0). Undefined
 * where the sign-in is not a ChatGPT plan.
 *
 * @throws the errors of `AppServer.request`, also where the service does not answer Codex; the signal's reason.
 */
export async function readAccountLimits(
  server: AppServer,
  signal: AbortSignal,
): Promise<AccountLimits | undefined> {
  signal.throwIfAborted();
  using _ = server.hold();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const answer = await Promise.race([server.request(method, {}), aborted.promise]);
    return parseAccountLimits(fieldOf(answer, "rateLimits"));
  } catch (error) {
    if (error instanceof TurnEndedError && error.exit.refusal?.code === otherSignIn)
      return undefined;
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const method = "account/rateLimits/read";

/** "chatgpt authentication required to read rate limits"; a service that fails is -32603. */
const otherSignIn = -32_600;
