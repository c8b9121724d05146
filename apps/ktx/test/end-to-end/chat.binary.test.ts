import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CodexSim,
  partialText,
  refuse,
  reply,
  type SimRequest,
  type SimScript,
  startCodexSim,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { splitCommand } from "../../src/agent/split-command.ts";
import { runHere } from "../run-here.ts";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal, type TerminalSession } from "../terminal.ts";

const { enter, up, interrupt, endOfInput } = keys;
const greet = join(import.meta.dirname, "../fixtures/tools/greet.ts");
const doors = join(import.meta.dirname, "../fixtures/tools/read-and-write.ts");
const blocking = join(import.meta.dirname, "../fixtures/tools/blocking.ts");
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

/** The prompts that the model has seen, the present one last. */
function promptsOf(request: SimRequest | undefined): readonly string[] {
  const { input } = (request?.body ?? { input: [] }) as {
    input: { role?: string; content?: { text?: string }[] }[];
  };
  return input.flatMap(({ role, content = [] }) =>
    role === "user" ? content.map(({ text: said = "" }) => said) : [],
  );
}

/** Answers with the number of prompts; stalls at "Wait.". */
const counting: SimScript = (request) => {
  const prompts = promptsOf(request);
  return prompts.at(-1) === "Wait."
    ? reply([partialText("Just a mom")], { finish: "stall" })
    : reply([text(`answer ${prompts.length}`)]);
};

/** Calls the tool once, by the name that it has in the request. */
const greeting: SimScript = (request) => {
  const [done] = request.toolOutputs;
  if (done !== undefined) return reply([text("I greeted her.")]);
  return reply([toolCall("greet", { name: "Ada" })]);
};

/** The same, with words before the call that come in pieces. */
const announcing: SimScript = (request) => {
  const [done] = request.toolOutputs;
  if (done !== undefined) return reply([text("I greeted her.", { deltas: 5 })]);
  const said = text("Let me greet her.", { deltas: 12 });
  return reply([said, toolCall("greet", { name: "Ada" })]);
};

interface Chat extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly sim: CodexSim;
  readonly terminal: TerminalSession;
}

async function openChat(script: SimScript, ...args: readonly string[]): Promise<Chat> {
  const sandbox = await openSandbox();
  const sim = await startCodexSim({ script });
  const terminal = openTerminal(sandbox, ["chat", ...on(sim), ...args]);
  await terminal.seen("\n> ");
  return {
    sandbox,
    sim,
    terminal,
    [Symbol.asyncDispose]: async () => {
      await sim.close();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Enters a prompt and waits for the prompt after its answer. */
async function say({ terminal }: Chat, prompt: string, answer: string): Promise<void> {
  terminal.press(prompt, enter);
  await terminal.seen(answer);
  await terminal.seen("\n> ");
}

async function leave({ terminal, sandbox }: Chat): Promise<void> {
  terminal.press(endOfInput);
  expect(await terminal.exitCode).toBe(0);
  expect(await sandbox.listProcesses()).toEqual([]);
}

describe("a chat in a terminal", () => {
  test("shows each answer, keeps what was said, and leaves nothing running", async () => {
    await using chat = await openChat(counting, "--system", "You are terse.");
    await say(chat, "One.", "answer 1");
    await say(chat, "Two.", "answer 2");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["One.", "Two."]);
    expect(JSON.stringify(chat.sim.requests.at(-1)?.body)).toContain("You are terse.");
    await leave(chat);
    expect(chat.terminal.shown()).toMatch(/some-model · 0 tools/);
    expect(chat.terminal.screen()).toMatch(/^answer 2\r?\n[\d,]+ ms · 15 tokens/m);
  });

  test("shows the calls of the user's tools", async () => {
    await using chat = await openChat(greeting, "--tools", greet);
    await say(chat, "/tools", "greet");
    await say(chat, "Greet Ada.", "I greeted her.");
    expect(chat.terminal.shown()).toMatch(/ {2}1 {2}greet +"Ada" +\d+ ms/);
    await leave(chat);
  });

  test("--approve asks before a call; Ctrl-C at the question stops the turn and not the chat", async () => {
    const script: SimScript = (request) => {
      const prompt = promptsOf(request).at(-1);
      if (prompt === "Open the blue one.") return reply([toolCall("open", { door: "blue" })]);
      if (prompt === "Hi.") return reply([text("Nothing.")]);
      const isOpen = request.toolOutputs.length > 0;
      return reply([isOpen ? text("It is open.") : toolCall("open", { door: "red" })]);
    };
    await using chat = await openChat(script, "--no-keep", "--approve", "--tools", doors);
    const { terminal } = chat;
    terminal.press("Open.", enter, "typed ahead");
    await terminal.seen('open "red"');
    await terminal.seen("Run it? [y/a/N]");
    expect(terminal.shown()).toMatch(/0 of 20 steps/);
    terminal.press("y", enter);
    await terminal.seen("It is open.");
    await terminal.seen("> typed ahead");
    // Neither the answer nor the erased line is among the earlier prompts.
    terminal.press(keys.eraseLine, up);
    await terminal.seen("> Open.");
    terminal.press(keys.eraseLine, "Open the blue one.", enter);
    await terminal.seen("Run it? [y/a/N]");
    terminal.press("y", interrupt);
    await terminal.seen("Interrupted.");
    await terminal.seen("\n> ");
    await say(chat, "Hi.", "Nothing.");
    await leave(chat);
    const opened = join(chat.sandbox.project, "opened.txt");
    expect(await readFile(opened, "utf8")).toBe("red\n");
  });

  test("the words before a call stay whole above it", async () => {
    await using chat = await openChat(announcing, "--tools", greet);
    await say(chat, "Greet Ada.", "I greeted her.");
    expect(chat.terminal.screen().replaceAll(/ *\r?\n/g, "\n")).toMatch(
      /\nLet me greet her\.\n {2}1 {2}greet +"Ada" +\d+ ms\nI greeted her\.\n/,
    );
    await leave(chat);
  });

  test("takes pasted lines as one prompt, and Alt-Enter as a line break", async () => {
    await using chat = await openChat(counting);
    await say(chat, "\u001b[200~first\r\nsecond\nthird\n\u001b[201~", "answer 1");
    await say(chat, "fourth\u001b\rfifth", "answer 2");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["first\nsecond\nthird", "fourth\nfifth"]);
    await leave(chat);
  });

  test("brings back earlier prompts with the arrow keys", async () => {
    await using chat = await openChat(counting);
    await say(chat, "One.", "answer 1");
    await say(chat, "Two.", "answer 2");
    await say(chat, `${up}${up}`, "answer 3");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["One.", "Two.", "One."]);
    await leave(chat);
  });

  test("Ctrl-C stops the answer and not the chat", async () => {
    await using chat = await openChat(counting);
    const { terminal } = chat;
    terminal.press("Wait.", enter);
    await terminal.seen("Just a mom");
    terminal.press("typed ahead", interrupt);
    await terminal.seen("Interrupted.");
    await terminal.seen("\n> ");
    await say(chat, "Next.", "answer");
    expect(promptsOf(chat.sim.requests.at(-1)).at(-1)).toBe("Next.");
    await leave(chat);
  });

  test("Ctrl-C empties the line; at an empty one the second leaves", async () => {
    await using chat = await openChat(counting);
    const { terminal, sandbox } = chat;
    terminal.press("never sent", interrupt);
    await say(chat, "Sent.", "answer 1");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["Sent."]);
    terminal.press(interrupt);
    await terminal.seen("Ctrl-C once more");
    await terminal.seen("\n> ");
    terminal.press(interrupt);
    expect(await terminal.exitCode).toBe(0);
    expect(await sandbox.listProcesses()).toEqual([]);
  });

  test("obeys its commands without the model", async () => {
    await using chat = await openChat(counting);
    await say(chat, "/help", "/exit");
    await say(chat, "/model", "some-model");
    await say(chat, "/tools", "The model has no tools.");
    await say(chat, "/nonsense", "There is no command /nonsense.");
    expect(chat.sim.requests).toEqual([]);
    await say(chat, "//etc/hosts?", "answer 1");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["/etc/hosts?"]);
    chat.terminal.press("/exit", enter);
    expect(await chat.terminal.exitCode).toBe(0);
  });

  test("ends a tool that blocks the process at the time limit, and leaves nothing running", async () => {
    const spinning: SimScript = (request) =>
      reply([
        toolCall(
          "spin",
          {},
          request.tools.includes("mcp__ktx.spin") ? { namespace: "mcp__ktx" } : {},
        ),
      ]);
    await using chat = await openChat(spinning, "--tools", blocking, "--timeout", "3");
    chat.terminal.press("Spin.", enter);
    await chat.terminal.seen("the tool spin did not return within the time limit of 3 s");
    expect(await chat.terminal.exitCode).toBe(3);
    expect(await chat.sandbox.listProcesses()).toEqual([]);
  });

  test("goes on after a turn that failed", async () => {
    await using chat = await openChat((request) =>
      promptsOf(request).at(-1) === "Fail."
        ? refuse(400, { error: { message: "Refused.", code: "invalid_request_error" } })
        : counting(request),
    );
    await say(chat, "Fail.", "error:");
    await say(chat, "Go on.", "answer 2");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["Fail.", "Go on."]);
    await leave(chat);
  });
});

/** The id that a chat shows at its end. */
function idOf(shown: string): string {
  return /ktx chat --resume ([0-9a-f-]{36})/.exec(shown)?.[1] ?? "no id";
}

describe("a chat that stays on disk", () => {
  test("shows its id at the end, and goes on with it, its prompts on the arrow keys", async () => {
    await using chat = await openChat(counting);
    await say(chat, "One.", "answer 1");
    await leave(chat);
    const id = idOf(chat.terminal.shown());
    const again = openTerminal(chat.sandbox, ["chat", "--resume", id, ...on(chat.sim)]);
    await again.seen("memory only.\r\n> ");
    expect(again.shown()).toMatch(/> One\.\r?\nanswer 1\r?\n/);
    again.press(up, enter);
    await again.seen("answer 2");
    await again.seen("\n> ");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(["One.", "One."]);
    again.press(endOfInput);
    expect(await again.exitCode).toBe(0);
    expect(idOf(again.shown())).toBe(id);
    expect(await chat.sandbox.listProcesses()).toEqual([]);
  });

  test("goes on with another model, which knows what was said", async () => {
    await using chat = await openChat(counting);
    await say(chat, "One.", "answer 1");
    await say(chat, "/model other-model", "other-model");
    await say(chat, "Two.", "answer 2");
    const last = chat.sim.requests.at(-1);
    expect(last?.model).toBe("other-model");
    expect(promptsOf(last)).toEqual(["One.", "Two."]);
    await leave(chat);
  });

  test("is listed and deleted by ktx threads", async () => {
    await using chat = await openChat(counting);
    await say(chat, "What is a heron?", "answer 1");
    await leave(chat);
    const { sandbox, sim } = chat;
    const id = idOf(chat.terminal.shown());
    const service = ["--endpoint", sim.baseUrl];
    const listed = await runHere(sandbox, ["threads", ...service]);
    expect(listed.stdout).toMatch(
      new RegExp(
        `^${id} {2}\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d {2}some-model\\n {2}What is a heron\\?\\n$`,
      ),
    );
    const json = await runHere(sandbox, ["threads", "--json", ...service]);
    expect(JSON.parse(json.stdout)).toEqual({
      version: 1,
      project: sandbox.project,
      threads: [
        {
          id,
          firstPrompt: "What is a heron?",
          model: "some-model",
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ],
    });
    const deleted = await runHere(sandbox, ["threads", "delete", id, ...service]);
    expect(deleted).toMatchObject({ exitCode: 0, stdout: `deleted ${id}\n` });
    const none = await runHere(sandbox, ["threads", ...service]);
    expect(none.stdout).toMatch(/^No conversations on disk\.\nnext: /);
    const again = await runHere(sandbox, ["threads", "delete", id, "--json", ...service]);
    expect(again).toMatchObject({ exitCode: 1, stdout: "" });
    expect(again.stderr.replaceAll(/\s+/g, " ")).toContain(
      `There is no kept thread with the id "${id}"`,
    );
    const resumed = await runKtx(sandbox, ["chat", "--resume", id, ...on(sim)], { stdin: "Hi." });
    expect(resumed.exitCode).toBe(1);
    expect(resumed.stderr).toContain("ktx threads");
  });
});

describe("a chat with --no-keep", () => {
  test("is never on disk, and another model still knows what was said, tool calls included", async () => {
    await using chat = await openChat(greeting, "--no-keep", "--tools", greet);
    await say(chat, "Greet Ada.", "I greeted her.");
    await say(chat, "/model other-model", "other-model");
    await say(chat, "Again?", "I greeted her.");
    const last = chat.sim.requests.at(-1);
    expect(last?.model).toBe("other-model");
    expect(promptsOf(last)).toEqual(["Greet Ada.", "Again?"]);
    expect(last?.toolOutputs.map(({ output }) => output)).toEqual(["Good morning, Ada."]);
    await leave(chat);
    expect(chat.terminal.shown()).not.toContain("--resume");
    const kept = (await chat.sandbox.listFiles()).filter((file) => file.includes("rollout"));
    expect(kept).toEqual([]);
  });

  test("goes on after an interrupted turn with what was said before it", async () => {
    await using chat = await openChat(counting, "--no-keep");
    const { terminal } = chat;
    await say(chat, "One.", "answer 1");
    terminal.press("Wait.", enter);
    await terminal.seen("Just a mom");
    terminal.press(interrupt);
    await terminal.seen("\n> ");
    await say(chat, "Two.", "answer");
    expect(promptsOf(chat.sim.requests.at(-1))).toEqual(
      expect.arrayContaining(["One.", "Wait.", "Two."]),
    );
    await leave(chat);
  });
});

describe("a chat on a pipe", () => {
  test("answers each line on stdout, in one conversation", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: counting });
    const { exitCode, stdout, stderr } = await runKtx(sandbox, ["chat", ...on(sim)], {
      stdin: "One.\n\nTwo.",
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "answer 1\nanswer 2\n" });
    expect(stderr).toContain("some-model · 0 tools");
    expect(promptsOf(sim.requests.at(-1))).toEqual(["One.", "Two."]);
    expect(await sandbox.listProcesses()).toEqual([]);
  });

  test("gets each answer whole, without what was said before a call or withdrawn", async () => {
    await using sandbox = await openSandbox();
    let requests = 0;
    await using sim = await startCodexSim({
      script: (request) => {
        requests += 1;
        return requests === 1
          ? reply([partialText("I was ")], { finish: "cut" })
          : announcing(request);
      },
    });
    const args = ["chat", "--tools", greet, ...on(sim)];
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args, { stdin: "Greet Ada." });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "I greeted her.\n" });
    expect(stderr).toMatch(/ {2}1 {2}greet +"Ada" +\d+ ms/);
    expect(stderr).not.toContain("abandoned");
  });

  test("exits with 3 where a time limit or a budget stops a turn", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: (request) => (request.tools.length > 0 ? announcing(request) : counting(request)),
    });
    const run = (prompt: string, ...args: readonly string[]) =>
      runKtx(sandbox, ["chat", ...args, ...on(sim)], { stdin: `${prompt}\nNever asked.\n` });
    const timed = await run("Wait.", "--timeout", "4");
    expect(timed.exitCode).toBe(3);
    expect(timed.stdout).toMatch(/^(?:|.*\n)$/s);
    const budgeted = await run("Greet Ada.", "--tools", greet, "--steps", "1");
    expect(budgeted).toMatchObject({ exitCode: 3, stdout: "Let me greet her.\n" });
    expect(budgeted.stderr).toContain("Stopped: the model did not finish");
  });

  test("tells a command that goes on with the chat", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: counting });
    const env = { SOME_KEY: "sk-some-key" };
    const args = ["chat", ...on(sim), "--api-key-env", "SOME_KEY"];
    const first = await runKtx(sandbox, args, { stdin: "One.", env });
    const command = /^ktx (chat --resume .*)$/m.exec(first.stderr)?.[1] ?? "";
    const again = await runKtx(sandbox, splitCommand(command) ?? [], { stdin: "Two.", env });
    expect(again).toMatchObject({ exitCode: 0, stdout: "answer 2\n" });
    const [sent, resent] = sim.requests.map(({ headers }) => headers["authorization"]);
    expect(sent).toContain("Bearer");
    expect(resent).toBe(sent);
    expect(first.stderr).not.toContain("sk-some-key");
  });

  test("a limit that outlasts --wait ends it at once, with the flags that are too short", async () => {
    await using sandbox = await openSandbox();
    const limited = { error: { message: "Too many.", type: "rate_limit_error" } };
    await using sim = await startCodexSim({
      script: () => refuse(429, limited, { "retry-after": "3600" }),
    });
    const { exitCode, stderr } = await runKtx(sandbox, ["chat", "--wait", "1", ...on(sim)], {
      stdin: "Hi.\n",
    });
    const message = stderr.replaceAll(/\s+/g, " ");
    expect(message).toContain("it lasts 60 minutes more, longer than --wait allows.");
    expect(message).toContain(
      "next: Start the chat with a longer --wait <minutes> and --timeout <seconds>, or",
    );
    expect(message).not.toMatch(/time limit|Waiting until/);
    expect(sim.requests).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test("ends with the first turn that fails", async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: () => refuse(400, { error: { message: "No." } }),
    });
    const { exitCode, stderr } = await runKtx(sandbox, ["chat", ...on(sim)], {
      stdin: "One.\nTwo.\n",
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("error:");
    expect(sim.requests).toHaveLength(1);
  });
});

test("a chat refuses a bad option before it reads a prompt", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stderr } = await runKtx(sandbox, ["chat", "--timeout", "soon"], {
    stdin: "One.",
  });
  expect(exitCode).toBe(2);
  expect(stderr.replaceAll(/\s+/g, " ")).toContain("Expected a whole number from 1.");
});
