/** What `auth.json` holds for a ChatGPT sign-in, made up. */
export function chatGptSignIn(options: {
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}): string {
  const token = makeToken(options.expiresInSeconds);
  return JSON.stringify({
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens: {
      id_token: token,
      access_token: token,
      refresh_token: options.refreshToken,
      account_id: "account-1",
    },
    last_refresh: "2026-01-01T00:00:00Z",
  });
}

/** An unsigned JSON Web Token with the claims that Codex reads. */
export function makeToken(expiresInSeconds: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    email: "user@example.com",
    exp: Math.floor(Date.now() / 1_000) + expiresInSeconds,
    "https://api.openai.com/auth": {
      chatgpt_plan_type: "plus",
      chatgpt_user_id: "user-1",
      chatgpt_account_id: "account-1",
    },
  };
  return [part({ alg: "RS256", typ: "JWT" }), part(claims), "c2lnbmF0dXJl"].join(".");
}
