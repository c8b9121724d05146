import type { FailureKind } from "@ktx/codex-events";

/** True for a kind of failure that ktx has advice about. Pure. */
export function isFailureKind(kind: string): kind is FailureKind {
  return Object.hasOwn(kinds, kind);
}

/** The compiler asks for a new kind here. */
const kinds: Readonly<Record<FailureKind, true>> = {
  auth: true,
  "model-unavailable": true,
  "usage-limit": true,
  "rate-limit": true,
  "context-length": true,
  "invalid-output-schema": true,
  "invalid-request": true,
  "content-policy": true,
  "incomplete-response": true,
  "tool-server": true,
  "thread-unavailable": true,
  "codex-config": true,
  network: true,
  "stream-disconnected": true,
  server: true,
  "empty-turn": true,
  timeout: true,
  process: true,
  aborted: true,
  unknown: true,
};
