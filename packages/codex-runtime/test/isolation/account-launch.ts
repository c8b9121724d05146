import type { CreateTransportOptions } from "../../src/transport/create-transport.ts";

/** The options of a transport whose threads act as the user's account, on a stand-in for both of its services. */
export function accountLaunch({
  baseUrl,
  env,
  usesAccount = true,
}: {
  readonly baseUrl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly usesAccount?: boolean;
}): Pick<CreateTransportOptions, "settings" | "env" | "allowEnv"> {
  return {
    settings: providerOn({ baseUrl }, usesAccount),
    env: { ...env, CODEX_REFRESH_TOKEN_URL_OVERRIDE: new URL("/oauth/token", baseUrl).href },
    allowEnv: ["CODEX_REFRESH_TOKEN_URL_OVERRIDE"],
  };
}

/** The settings of runs on the service. */
export function providerOn(
  { baseUrl }: { readonly baseUrl: string },
  usesAccount: boolean,
): Record<string, unknown> {
  return {
    web_search: "disabled",
    model_provider: "service",
    model_providers: {
      service: {
        name: "service",
        base_url: baseUrl,
        wire_api: "responses",
        supports_websockets: false,
        requires_openai_auth: usesAccount,
      },
    },
  };
}
