import type { IncomingMessage, ServerResponse } from "node:http";

/** Codex asks here, before a turn with ChatGPT, for the account's own address of the service. */
export const accountsPath = "/backend-api/wham/accounts/check";

/** The login of ChatGPT with a code on another device, as Codex 0.163.0 speaks it with auth.openai.com. */
export interface DeviceLogin {
  /** The code that the user types on the other device. */
  readonly code: string;
  /** The user has typed it. */
  readonly enter: () => void;
  /** Answers a request for auth.openai.com, or for {@link accountsPath}. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

export function openDeviceLogin(): DeviceLogin {
  const code = "KTXT-12345";
  let isEntered = false;
  const answers: Readonly<Record<string, () => readonly [status: number, body: object]>> = {
    "/api/accounts/deviceauth/usercode": () => [
      200,
      { device_auth_id: "device", user_code: code, interval: "1" },
    ],
    "/api/accounts/deviceauth/token": () =>
      isEntered
        ? [
            200,
            { authorization_code: "code", code_challenge: "challenge", code_verifier: "verifier" },
          ]
        : [403, {}],
    [accountsPath]: () => [200, { accounts: [account] }],
    "/oauth/token": () => [
      200,
      { id_token: idToken(), access_token: "access", refresh_token: "refresh" },
    ],
  };
  return {
    code,
    enter: () => (isEntered = true),
    answer: ({ url = "" }, response) => {
      const [status, body] = answers[url]?.() ?? [404, {}];
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    },
  };
}

const account = {
  id: "account",
  workspace_backend_origin: "NO_CONSTRAINT",
  account_routing_override: "NO_CONSTRAINT",
};

/** Codex reads the account in it, and checks no signature. */
function idToken(): string {
  const claims = { chatgpt_account_id: account.id, chatgpt_plan_type: "plus" };
  const payload = { email: "ada@example.com", "https://api.openai.com/auth": claims };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "none" }), part(payload), "signature"].join(".");
}
