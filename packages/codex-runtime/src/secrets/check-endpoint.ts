import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { Redactor } from "@ktx/redact";

/**
 * Checks that an endpoint can be used, and that its address holds no secret: Codex gets it on its command
 * line, where every program of this machine can read it.
 *
 * @param secrets The keys that the run knows.
 * @throws {RuntimeInputError} `invalid-endpoint`. It shows neither the address nor the name, since a secret may
 * be in them.
 */
export function checkEndpoint(
  { baseUrl, apiKeyEnv }: ResponsesEndpoint,
  secrets: readonly string[],
): void {
  if (!isPlainAddress(baseUrl))
    throw new RuntimeInputError(
      "invalid-endpoint",
      "Expected `endpoint.baseUrl` to be an http or https URL without user, password, query and fragment, " +
        "such as http://127.0.0.1:11434/v1. Name the variable that holds the key in `endpoint.apiKeyEnv`.",
    );
  if (new Redactor(secrets).knows(baseUrl))
    throw new RuntimeInputError(
      "invalid-endpoint",
      "Expected `endpoint.baseUrl` without the API key, got a URL with the key in it. Remove it: the " +
        "variable that `endpoint.apiKeyEnv` names is enough.",
    );
  if (apiKeyEnv !== undefined && !isVariableName(apiKeyEnv))
    throw new RuntimeInputError(
      "invalid-endpoint",
      "Expected `endpoint.apiKeyEnv` to be the name of an environment variable, such as MY_KEY, got " +
        "another text, perhaps the key itself. Put the key into a variable and give its name.",
    );
}

function isPlainAddress(address: unknown): boolean {
  if (typeof address !== "string" || /[\s?#]/.test(address)) return false;
  const url = URL.parse(address);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  return (
    isHttp && url.username === "" && url.password === "" && !/^[a-z]+:\/*[^/]*@/i.test(address)
  );
}

/** Nothing that looks like a key itself: no `sk_…`, no long hexadecimal number, no long mix of cases and digits. */
function isVariableName(name: unknown): boolean {
  return typeof name === "string" && variableName.test(name);
}

const variableName =
  /^(?!sk_)(?![0-9A-Fa-f]{24,}$)(?!(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{20,}$)[A-Za-z_]\w*$/;
