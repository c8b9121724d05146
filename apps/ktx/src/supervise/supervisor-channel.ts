import { Writable } from "node:stream";
import type { CliOutput } from "../cli-io.ts";
import type { EndingSignal } from "../ending-signals.ts";
import { parseSupervisorMessage, type SupervisedMessage } from "./message.ts";
import type { UserCode, UserCodeWatch } from "./user-code-watch.ts";
import { beatMs } from "./watch-state.ts";

/** The supervised process's side of the connection to its supervisor. */
export interface SupervisorChannel extends UserCodeWatch {
  /** The supervisor's stdout, once its first message has arrived. */
  readonly stdout: Promise<CliOutput>;
  /** Signals come only from the supervisor, since a terminal sends them to both. A lost supervisor counts as SIGHUP. */
  readonly onSignal: (listener: (signal: EndingSignal) => void) => void;
  /** Reports that everything is cleaned up. Settles when the message is sent. */
  readonly finish: (exitCode: number) => Promise<void>;
}

export function openSupervisorChannel(process: NodeJS.Process): SupervisorChannel {
  const post = process.send?.bind(process);
  // A library that looks for a parent process would use this one.
  Reflect.set(process, "send", undefined);
  const send = (message: SupervisedMessage, sent: () => void = () => {}): void => {
    if (post === undefined || !process.connected) sent();
    else post(message, undefined, undefined, sent);
  };
  const stdout = Promise.withResolvers<CliOutput>();
  let columns: number | undefined;
  const listeners = new Set<(signal: EndingSignal) => void>();
  process.on("message", (value) => {
    const message = parseSupervisorMessage(value);
    if (message?.type === "start") {
      columns = message.columns ?? undefined;
      stdout.resolve(forwardTo(send, message.isTTY, () => columns));
    }
    if (message?.type === "size") {
      columns = message.columns;
      void stdout.promise.then((output) => output.emit("resize"));
    }
    if (message?.type === "signal") for (const listener of listeners) listener(message.signal);
  });
  process.once("disconnect", () => {
    for (const listener of listeners) listener("SIGHUP");
  });
  // Neither keeps alive a process that has nothing left to wait for.
  process.channel?.unref();
  setInterval(() => send({ type: "alive" }), beatMs).unref();
  return {
    stdout: stdout.promise,
    onSignal: (listener) => listeners.add(listener),
    finish: (exitCode) => new Promise((resolve) => send({ type: "done", exitCode }, resolve)),
    limit: (ms) => send({ type: "limit", ms }),
    begin: (code: UserCode) => send({ type: "begin", code }),
    end: (code: UserCode) => send({ type: "end", code }),
  };
}

function forwardTo(
  send: (message: SupervisedMessage, sent: () => void) => void,
  isTTY: boolean,
  columns: () => number | undefined,
): CliOutput {
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) =>
      send({ type: "stdout", text: chunk.toString() }, done),
  });
  return Object.defineProperties(output, {
    isTTY: { value: isTTY },
    columns: { get: columns },
  });
}
