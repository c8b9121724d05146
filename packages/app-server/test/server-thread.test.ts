import { expect, test } from "vitest";
import { ServerThread, type TurnRequest } from "../src/server-thread.ts";
import type { ThreadMessage } from "../src/thread-inbox.ts";
import type { AppServer } from "../src/app-server.ts";
import { answering, openThread, startProgram } from "./fake-program.ts";

const request: TurnRequest = { input: [{ type: "text", text: "Hi!" }] };
const never = new AbortController().signal;

async function startServerThread(server: AppServer, id = "t"): Promise<ServerThread> {
  return new ServerThread(server, { id, inbox: await openThread(server, id), answer: {} });
}

/** Reads a turn to its end. */
async function take(
  thread: ServerThread,
  signal: AbortSignal = never,
  onMessage: (message: ThreadMessage) => void = () => {},
): Promise<readonly string[]> {
  const methods: string[] = [];
  for await (const message of thread.run(request, () => {}, signal)) {
    methods.push(message.type === "notification" ? message.method : message.type);
    onMessage(message);
  }
  return methods;
}

/** Turns of the thread `hung` are never answered; all others end at once. */
const hangs = answering(`(message) => {
  const { id, method, params } = message;
  if (method === "open") open(message);
  else if (params.threadId === "hung") return;
  else if (method === "turn/start") {
    say({ id, result: { turn: { id: "u" } } });
    tell(params.threadId, "turn/completed", { turn: { id: "u" } });
  } else say({ id, result: {} });
}`);

test("a turn whose start is not answered ends soon after its signal, and its neighbours go on", async () => {
  await using program = await startProgram(hangs, { requestTimeoutMs: 1_000_000 });
  const { server } = program;
  const [hung, other] = [
    await startServerThread(server, "hung"),
    await startServerThread(server, "other"),
  ];
  const stop = new AbortController();
  const turn = take(hung, stop.signal);
  setTimeout(() => stop.abort("enough"), 50);
  await expect(turn).rejects.toThrow("did not stop a turn within 3 s");
  expect(hung.isStuck).toBe(true);
  expect(hung.isOpen).toBe(false);
  expect(await take(other)).toEqual(["turn/completed"]);
});

test("no turn starts once its signal has fired", async () => {
  const started: string[] = [];
  await using program = await startProgram(hangs);
  const thread = await startServerThread(program.server, "hung");
  const turn = thread.run(request, (turnId) => started.push(turnId), AbortSignal.abort("no"));
  await expect(turn.next()).rejects.toBe("no");
  expect(started).toEqual([]);
  expect(thread.isOpen).toBe(true);
});

test("a turn that runs when its thread is left ends with an error", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      const { id, method, params } = message;
      if (method === "open") { open(message); return; }
      say({ id, result: { turn: { id: "u" } } });
      if (method === "turn/start") tell(params.threadId, "turn/started");
    }`),
  );
  const thread = await startServerThread(program.server);
  const turn = take(thread, never, () => void thread[Symbol.asyncDispose]());
  await expect(turn).rejects.toThrow("The thread was left");
});

test("a turn that ends twice leaves the next one whole", async () => {
  await using program = await startProgram(
    answering(`(() => { let count = 0; return (message) => {
      const { id, method, params } = message;
      if (method === "open") { open(message); return; }
      if (method !== "turn/start") { say({ id, result: {} }); return; }
      count += 1;
      const turn = { id: "u" + count };
      say({ id, result: { turn } });
      say({ id, result: { turn: { id: "other" } } });
      tell("foreign", "turn/completed", { turn });
      tell(params.threadId, "item/completed", { n: count });
      tell(params.threadId, "turn/completed", { turn });
      tell(params.threadId, "turn/completed", { turn });
    }; })()`),
  );
  const thread = await startServerThread(program.server);
  expect(await take(thread)).toEqual(["item/completed", "turn/completed"]);
  expect(await take(thread)).toEqual(["turn/completed", "item/completed", "turn/completed"]);
  expect(program.server.unroutable).toBe(2);
});

test("an interrupted turn that does not end is given up, and its neighbours go on", async () => {
  await using program = await startProgram(
    answering(`(message) => {
      const { id, method, params } = message;
      if (method === "open") { open(message); return; }
      if (method !== "turn/start") { say({ id, result: {} }); return; }
      const turn = { id: "u" + params.threadId };
      say({ id, result: { turn } });
      if (params.threadId === "quick") tell("quick", "turn/completed", { turn });
      else tell(params.threadId, "turn/started");
    }`),
  );
  const { server } = program;
  const [endless, quick] = [
    await startServerThread(server, "endless"),
    await startServerThread(server, "quick"),
  ];
  const stop = new AbortController();
  const stopped = take(endless, stop.signal, () => stop.abort("enough"));
  const answers: (readonly string[])[] = [];
  for (let n = 0; n < 5; n += 1) answers.push(await take(quick));
  await expect(stopped).rejects.toThrow("did not stop a turn within 3 s");
  expect(endless.isStuck).toBe(true);
  expect(await take(quick)).toEqual(["turn/completed"]);
  expect(answers).toHaveLength(5);
});
