import type { ServerRefusal } from "@ktx/codex-events/app-server";

/** Codex did not do what it was asked. Worded as `codex exec` words it (0.163.0). */
export class RefusedRequestError extends Error {
  override readonly name: string = "RefusedRequestError";

  constructor(method: string, { message, code, data }: ServerRefusal) {
    const codeText = code === undefined ? "" : ` (code ${code})`;
    const details = data === undefined ? "" : `, data: ${JSON.stringify(data)}`;
    super(`${method}: ${method} failed: ${message}${codeText}${details}`);
  }
}
