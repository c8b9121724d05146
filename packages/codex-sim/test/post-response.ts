import type { CodexSim } from "@ktx/codex-sim";

interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The data of each server-sent event. */
  readonly events: readonly Record<string, unknown>[];
}

/** Sends a model request as Codex would, and reads the whole answer. */
export async function postResponse(
  sim: CodexSim,
  body: string | Uint8Array<ArrayBuffer> = JSON.stringify(modelRequest()),
  options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Posted> {
  const response = await fetch(`${sim.baseUrl}/responses`, { method: "POST", body, ...options });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text,
    events: [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data)),
  };
}

export function modelRequest(input: readonly unknown[] = [userMessage("hi")]): {
  model: string;
  input: readonly unknown[];
} {
  return { model: "gpt-5.5", input };
}

export function userMessage(text: string): unknown {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

/** The same for a request that the service is to abandon: says which of the two came. */
export function postUnanswered(sim: CodexSim): Promise<"answered" | "cut off"> {
  return postResponse(sim).then(
    () => "answered",
    () => "cut off",
  );
}
