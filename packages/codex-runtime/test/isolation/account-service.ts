import {
  answering,
  type CodexSim,
  rawAnswer,
  refuse,
  type SimReply,
  type SimRequest,
  startCodexSim,
} from "@ktx/codex-sim";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { CodexLaunchOptions, TransportThread } from "../../src/index.ts";
import { openOwnThread, takeEvents } from "../own-threads.ts";
import type { TransportName } from "../e2e/scene.ts";
import { makeToken } from "./account.ts";
import { accountLaunch } from "./account-launch.ts";
import type { User } from "./signed-in-user.ts";

/** A model service and, beside it, the service that refreshes tokens. */
export interface AccountService {
  readonly sim: CodexSim;
  /** The refresh tokens that were taken; each is good for once. */
  readonly refreshes: readonly string[];
  /** The refresh tokens that came, also those that were refused. */
  readonly presented: readonly string[];
}

const refreshRequest = z.object({ refresh_token: z.string() });

/**
 * @param answer A reply to a request other than "hello"; told of each request before it is answered.
 * @param usage The answer about the account's limits, for which Codex asks below `/backend-api` (0.163.0).
 */
export async function startAccountService(
  answer: (request: SimRequest) => SimReply | undefined = () => undefined,
  usage: () => SimReply | undefined = () => undefined,
): Promise<AccountService> {
  const refreshes: string[] = [];
  const presented: string[] = [];
  const sim = await startCodexSim({
    script: answering((_, request) => answer(request) ?? "hello"),
    answerOther: ({ path }, body) => {
      if (path === "/backend-api/wham/usage") return usage();
      if (path !== "/oauth/token") return undefined;
      const { refresh_token: token } = refreshRequest.parse(JSON.parse(body));
      presented.push(token);
      if (token !== "first" || refreshes.length > 0)
        return refuse(401, { error: { code: "refresh_token_reused", message: "used before" } });
      refreshes.push(token);
      const fresh = makeToken(7_200);
      return rawAnswer({ id_token: fresh, access_token: fresh, refresh_token: "second" });
    },
  });
  onTestFinished(() => sim.close());
  return { sim, refreshes, presented };
}

export interface AccountLaunch extends Pick<CodexLaunchOptions, "codexPath" | "env" | "isolation"> {
  /** False for a service that asks for no sign-in. @default true */
  readonly usesAccount?: boolean;
}

/** One run of the user's on the service; gives the kinds of its events. */
export async function runOnAccount(
  user: User,
  service: AccountService,
  { transport, ...launch }: AccountLaunch & { readonly transport: TransportName },
): Promise<readonly string[]> {
  await using thread = openThreadOnAccount(user, service, { ...launch, transport });
  return await take(thread);
}

/** A thread of the user's on the service. */
export function openThreadOnAccount(
  user: User,
  { sim }: AccountService,
  {
    env,
    usesAccount = true,
    transport = "app-server",
    ...launch
  }: AccountLaunch & { readonly transport?: TransportName },
): TransportThread {
  return openOwnThread(transport, {
    ...launch,
    projectDir: user.codexHome,
    ...accountLaunch({ baseUrl: sim.baseUrl, env: { ...user.env, ...env }, usesAccount }),
  });
}

/** One turn of a thread; gives the kinds of its events. */
export async function take(thread: TransportThread): Promise<readonly string[]> {
  return (await takeEvents(thread, { prompt: "hi" })).map(({ type }) => type);
}
