import { AsyncLocalStorage } from "node:async_hooks";
import { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";

type Adopt = (child: ChildProcess) => void;

const adopters = new AsyncLocalStorage<Adopt>();
let subscribed = false;

/**
 * Runs `start` and passes every child process that it spawns to `adopt`, immediately and before any input is written to
 * it.
 *
 * It is for a library that does not expose its child. Such a library may lack a listener for errors of the child's
 * stdin, so that a program that exits before it has read its input ends the host with an uncaught EPIPE; or it may not
 * wait after `kill()`. Node announces each new child on a diagnostics channel; the async context identifies its owner.
 */
export function adoptChildProcess<Result>(adopt: Adopt, start: () => Result): Result {
  if (!subscribed) {
    subscribe("child_process", announceChild);
    subscribed = true;
  }
  return adopters.run(adopt, start);
}

function announceChild(announcement: unknown): void {
  const adopt = adopters.getStore();
  if (adopt === undefined || !isAnnouncement(announcement)) return;
  adopt(announcement.process);
}

function isAnnouncement(value: unknown): value is { readonly process: ChildProcess } {
  return (
    typeof value === "object" &&
    value !== null &&
    "process" in value &&
    value.process instanceof ChildProcess
  );
}
