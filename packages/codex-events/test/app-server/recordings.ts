import { readdirSync, readFileSync } from "node:fs";
import {
  parseServerMessage,
  type ServerMessage,
  type ServerTurn,
} from "../../src/app-server/index.ts";
import { isJsonObject, type JsonObject } from "../../src/json-object.ts";

/** One turn of the real app-server; see the README next to the recordings. */
export interface ServerRecording {
  readonly name: string;
  /** The lines that the server wrote. */
  readonly lines: readonly string[];
  readonly messages: readonly ServerMessage[];
  /** As the client knows them: from its `turn/start` and the answer to it. */
  readonly ids: Pick<ServerTurn, "threadId" | "turnId">;
}

const folder = new URL("../../fixtures/codex-app-server-0.163.0/", import.meta.url);

export const serverRecordings: readonly ServerRecording[] = readdirSync(folder)
  .filter((file) => file.endsWith(".jsonl"))
  .map((file) => readRecording(file.slice(0, -".jsonl".length)));

export function serverRecordingNamed(name: string): ServerRecording {
  const found = serverRecordings.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`There is no recording "${name}" in ${folder.pathname}`);
  return found;
}

function readRecording(name: string): ServerRecording {
  const entries = readFileSync(new URL(`${name}.jsonl`, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => readObject(JSON.parse(line)));
  const sent = (direction: string): readonly JsonObject[] =>
    entries
      .filter((entry) => entry["direction"] === direction)
      .map((entry) => readObject(entry["message"]));
  const lines = sent("server->client").map((message) => JSON.stringify(message));
  const messages = lines.map(parseServerMessage);
  return { name, lines, messages, ids: readIds(sent("client->server"), messages) };
}

function readIds(
  requests: readonly JsonObject[],
  messages: readonly ServerMessage[],
): ServerRecording["ids"] {
  const start = readObject(requests.find((request) => request["method"] === "turn/start"));
  const answer = messages.find(
    (message) => message.type === "response" && message.id === start["id"],
  );
  if (answer?.type !== "response") throw new Error("Expected an answer to `turn/start`.");
  return {
    threadId: String(readObject(start["params"])["threadId"]),
    turnId: String(readObject(readObject(answer.result)["turn"])["id"]),
  };
}

function readObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error(`Expected an object, got ${JSON.stringify(value)}.`);
  return value;
}
