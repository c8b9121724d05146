import { OutputLimitError } from "@ktx/codex-process";
import { expect, test } from "vitest";
import { ThreadInbox } from "../src/thread-inbox.ts";

const note = (method: string, params: object = {}) =>
  ({ type: "notification", method, params }) as const;
const delta = (text: string, itemId = "i", turnId = "u") =>
  note("item/agentMessage/delta", { threadId: "t", turnId, itemId, delta: text });

test("messages are read in order, before and after they arrive", async () => {
  const inbox = new ThreadInbox();
  inbox.push(note("a"), 1);
  inbox.push(note("b"), 1);
  expect(await inbox.next()).toEqual(note("a"));
  expect(await inbox.next()).toEqual(note("b"));
  const next = inbox.next();
  inbox.push(note("c"), 1);
  expect(await next).toEqual(note("c"));
});

test("beyond a size, unread pieces of the same text are one piece, and no others", async () => {
  const inbox = new ThreadInbox({ merging: 0 });
  for (const message of [delta("Hel"), delta("lo"), delta("!", "j"), delta("?", "j", "v")])
    inbox.push(message, 1);
  inbox.push(note("a"), 1);
  inbox.push(delta("x", "j", "v"), 1);
  const read: unknown[] = [];
  for (let n = 0; n < 5; n += 1) read.push(await inbox.next());
  expect(read).toEqual([
    delta("Hello"),
    delta("!", "j"),
    delta("?", "j", "v"),
    note("a"),
    delta("x", "j", "v"),
  ]);
});

test("pieces of a text that are read soon stay as they came", async () => {
  const inbox = new ThreadInbox();
  for (const message of [delta("Hel"), delta("lo")]) inbox.push(message, 100);
  expect([await inbox.next(), await inbox.next()]).toEqual([delta("Hel"), delta("lo")]);
});

test("the end comes after the messages so far, and nothing comes after it", async () => {
  const inbox = new ThreadInbox();
  inbox.push(note("a"), 1);
  inbox.end(new Error("gone"));
  inbox.end(new Error("later"));
  inbox.push(note("b"), 1);
  expect(await inbox.next()).toEqual(note("a"));
  await expect(inbox.next()).rejects.toThrow("gone");
  await expect(inbox.next()).rejects.toThrow("gone");
});

test("whoever waits for a message gets the end", async () => {
  const inbox = new ThreadInbox();
  const next = inbox.next();
  inbox.end(new Error("gone"));
  await expect(next).rejects.toThrow("gone");
});

test("more unread messages than the limit end it, and are let go", async () => {
  const inbox = new ThreadInbox({ most: 10 });
  inbox.push(note("a"), 6);
  inbox.push(note("b"), 5);
  expect(inbox.ended).toBe(true);
  await expect(inbox.next()).rejects.toThrow(OutputLimitError);
});

test("a reader that is behind is waited for until it has caught up", async () => {
  const inbox = new ThreadInbox({ highWater: 5 });
  await inbox.whenDrained();
  inbox.push(note("a"), 4);
  inbox.push(note("b"), 4);
  let drained = false;
  const waiting = inbox.whenDrained().then(() => (drained = true));
  await Promise.resolve();
  expect(drained).toBe(false);
  await inbox.next();
  await waiting;
  expect(drained).toBe(true);
});

test("nobody waits for the reader of an inbox that has ended", async () => {
  const inbox = new ThreadInbox({ highWater: 5 });
  inbox.push(note("a"), 6);
  const waiting = inbox.whenDrained();
  inbox.end(new Error("gone"));
  expect(await waiting).toBeUndefined();
  expect(await inbox.whenDrained()).toBeUndefined();
});
