import { parseThreadEvent } from "@ktx/codex-events";
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
import {
  AppServerRunner,
  type CodexLaunchOptions,
  type CodexThread,
  type CodexThreadInput,
} from "../../src/index.ts";
import { createRunner } from "../../src/create-runner.ts";
import type { Transport } from "../e2e/faults/fault.ts";
import { makeToken } from "./account.ts";
import type { User } from "./signed-in-user.ts";

/** A model service and, beside it, the service that refreshes tokens. */
export interface AccountService {
  readonly sim: CodexSim;
  /** The refresh tokens that were taken; each is good for once. */
  readonly refreshes: readonly string[];
}

const refreshRequest = z.object({ refresh_token: z.string() });

/** @param answer A reply to a request other than "hello"; told of each request before it is answered. */
export async function startAccountService(
  answer: (request: SimRequest) => SimReply | undefined = () => undefined,
): Promise<AccountService> {
  const refreshes: string[] = [];
  const sim = await startCodexSim({
    script: answering((_, request) => answer(request) ?? "hello"),
    answerOther: ({ path }, body) => {
      if (path !== "/oauth/token") return undefined;
      const { refresh_token: token } = refreshRequest.parse(JSON.parse(body));
      if (token !== "first" || refreshes.length > 0)
        return refuse(401, { error: { code: "refresh_token_reused", message: "used before" } });
      refreshes.push(token);
      const fresh = makeToken(7_200);
      return rawAnswer({ id_token: fresh, access_token: fresh, refresh_token: "second" });
    },
  });
  onTestFinished(() => sim.close());
  return { sim, refreshes };
}

export interface AccountLaunch extends Pick<CodexLaunchOptions, "codexPath" | "env" | "isolation"> {
  /** False for a service that asks for no sign-in. @default true */
  readonly usesAccount?: boolean;
}

/** One run of the user's on the service; gives the kinds of its events. */
export function runOnAccount(
  user: User,
  service: AccountService,
  { transport, ...launch }: AccountLaunch & { readonly transport: Transport },
): Promise<readonly string[]> {
  const runner = createRunner(transport, launchOptions(user, service, launch));
  return kindsOf(runner.runStreamed({ ...threadInput(user, service, launch), prompt: "hi" }));
}

/** A thread of the user's on the service, over the app-server. */
export function openThreadOnAccount(
  user: User,
  service: AccountService,
  launch: AccountLaunch,
): CodexThread {
  const runner = new AppServerRunner(launchOptions(user, service, launch));
  return runner.openThread(threadInput(user, service, launch));
}

/** One turn of a thread; gives the kinds of its events. */
export function take(thread: CodexThread): Promise<readonly string[]> {
  return kindsOf(thread.runStreamed({ prompt: "hi" }));
}

async function kindsOf(stream: Promise<AsyncIterable<unknown>>): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const event of await stream) types.push(parseThreadEvent(event).type);
  return types;
}

function launchOptions(
  user: User,
  { sim }: AccountService,
  { env, ...launch }: AccountLaunch,
): CodexLaunchOptions {
  return {
    ...launch,
    env: {
      ...user.env,
      ...env,
      CODEX_REFRESH_TOKEN_URL_OVERRIDE: new URL("/oauth/token", sim.baseUrl).href,
    },
    allowEnv: ["CODEX_REFRESH_TOKEN_URL_OVERRIDE"],
    onWarning: () => undefined,
  };
}

function threadInput(
  user: User,
  { sim }: AccountService,
  { usesAccount = true }: AccountLaunch,
): CodexThreadInput {
  return {
    projectDir: user.codexHome,
    model: "gpt-5.5",
    configOverrides: providerOn(sim, usesAccount),
  };
}

function providerOn(sim: CodexSim, usesAccount: boolean): Record<string, unknown> {
  return {
    web_search: "disabled",
    model_provider: "service",
    model_providers: {
      service: {
        name: "service",
        base_url: sim.baseUrl,
        wire_api: "responses",
        supports_websockets: false,
        requires_openai_auth: usesAccount,
      },
    },
  };
}
