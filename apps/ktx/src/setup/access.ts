import type { SignIn } from "@ktx/codex-runtime";
import type { WrittenConfig } from "@ktx/config";

/** The service that runs the model, and the account that pays for it. */
export type Access =
  /** OpenAI, with the sign-in that Codex keeps, or with `CODEX_API_KEY`, which Codex reads by itself. */
  | { readonly kind: "session" }
  /** OpenAI, with the key in this variable. */
  | { readonly kind: "api-key"; readonly apiKeyEnv: string }
  /** Another service, with the key in this variable, or without a key. */
  | {
      readonly kind: "endpoint";
      readonly baseUrl: string;
      readonly apiKeyEnv?: string | undefined;
    };

/** The access that the file names. */
export function accessOf(written: WrittenConfig | undefined): Access {
  const codex = written?.llm?.provider?.codex;
  if (codex?.endpoint !== undefined)
    return {
      kind: "endpoint",
      baseUrl: codex.endpoint.base_url,
      apiKeyEnv: codex.endpoint.api_key_env,
    };
  return codex?.api_key_env === undefined
    ? { kind: "session" }
    : { kind: "api-key", apiKeyEnv: codex.api_key_env };
}

/** False where a turn must fail, since the account or the key is missing. */
export function isAccessKnown(
  access: Access,
  signIn: SignIn["state"],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (access.kind === "session")
    return signIn === "chatgpt" || signIn === "api-key" || signIn === "environment-key";
  return access.apiKeyEnv === undefined || (env[access.apiKeyEnv] ?? "").trim() !== "";
}

/** For a person. */
export function describeAccess(access: Access): string {
  switch (access.kind) {
    case "session":
      return "the sign-in of Codex";
    case "api-key":
      return `the API key in ${access.apiKeyEnv}`;
    case "endpoint":
      return access.apiKeyEnv === undefined
        ? access.baseUrl
        : `${access.baseUrl}, with the key in ${access.apiKeyEnv}`;
    default:
      return access satisfies never;
  }
}

/** For a person: the sign-in there is, as the end of "Sign-in: …". */
export function describeSignIn(signIn: SignIn): string {
  switch (signIn.state) {
    case "chatgpt":
      return "Codex is signed in with ChatGPT.";
    case "api-key":
      return "Codex is signed in with an API key.";
    case "environment-key":
      return `The API key in ${signIn.variable} is used.`;
    case "signed-out":
      return "Codex is not signed in.";
    case "unreadable":
      return `The sign-in cannot be read: ${signIn.reason}`;
    default:
      return signIn satisfies never;
  }
}
