// Records "from signed out to the first answer" in a terminal, against a stand-in for the model service, as an asciinema
// file, and renders it to SVG: docs/first-answer.cast and docs/first-answer.svg. The renderer is fetched, since nothing
// else needs it.
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { answering, rawAnswer, startCodexSim } from "@ktx/codex-sim";
import { spawn } from "@lydell/node-pty";

const columns = 80;
const rows = 32;

/** Seconds between two keys, and the longest pause that the recording keeps. */
const keySeconds = 0.08;
const longestPause = 1.2;

const keys = { enter: "\r", down: "\u001b[B", up: "\u001b[A" } as const;
const { down, up, enter } = keys;

/** The port that the recording shows in place of the one that was free. */
const shownPort = "11434";

const repository = join(import.meta.dirname, "../../..");
const docs = join(repository, "docs");
const bin = join(import.meta.dirname, "../src/bin.ts");

/** A folder of one name, since it is seen. */
const home = join(tmpdir(), "ktx-first-answer");

const sim = await startCodexSim({
  script: answering(() => "Hello! I am a model on this machine."),
  answerOther: ({ method }) =>
    method === "GET" ? rawAnswer({ object: "list", data: [{ id: "llama3.2" }] }) : undefined,
});
const port = new URL(sim.baseUrl).port;

await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
const project = join(home, "shop");
await mkdir(project, { recursive: true });
await mkdir(join(home, "bin"));
const ktx = [process.execPath, "--conditions=@ktx/source", bin]
  .map((word) => `'${word}'`)
  .join(" ");
await writeFile(join(home, "bin/ktx"), `#!/bin/sh\nexec ${ktx} "$@"\n`, { mode: 0o755 });
await writeFile(join(home, ".inputrc"), "set enable-bracketed-paste off\n");

const terminal = spawn("bash", ["--norc", "--noprofile", "-i"], {
  cols: columns,
  rows,
  cwd: project,
  env: {
    HOME: home,
    INPUTRC: join(home, ".inputrc"),
    PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
    PS1: "$ ",
    TERM: "xterm-256color",
  },
});

interface Output {
  /** Milliseconds. */
  readonly at: number;
  readonly text: string;
}
const outputs: Output[] = [];
let waiting: () => void = () => {};
terminal.onData((text) => {
  outputs.push({ at: performance.now(), text });
  waiting();
});

let keystrokes = 0;
let mark = 0;

/** Settles when the terminal shows this after the last key. */
async function seen(text: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const shown = outputs.slice(mark).map((output) => output.text);
    if (
      shown
        .join("")
        .replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, "")
        .includes(text)
    )
      return;
    if (performance.now() > deadline) throw new Error(`never saw ${text} but ${shown.join("")}`);
    await Promise.race([
      new Promise<void>((resolve) => (waiting = resolve)),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ]);
  }
}

/** Presses a key, or pastes a text as one. */
async function press(...pressed: readonly string[]): Promise<void> {
  await pause(6 * keySeconds);
  mark = outputs.length;
  for (const key of pressed) {
    keystrokes += 1;
    terminal.write(key);
    await pause(keySeconds);
  }
}

async function typeCommand(command: string): Promise<void> {
  await press(...command.split(""), enter);
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}

await seen("$ ");
await typeCommand("ktx setup");
for (const [question, ...pressed] of [
  ["Which sign-in should runs use?", down, down, down, down, enter],
  ["Which service?", up, up, enter],
  ["Its base URL", sim.baseUrl, enter],
  ["The variable that holds its key", enter],
  ["Which model, for every role", enter],
  ["What may a run share", enter],
  ["Run one turn now?", down, enter],
  ["Write this to ktx.yaml?", enter],
] as const) {
  await seen(question);
  await press(...pressed);
}
await seen('Next: ktx run "Say hello"');
await seen("$ ");
await typeCommand('ktx run "Say hello"');
await seen("Hello! I am a model on this machine.");
await seen("$ ");
await pause(0.5);
terminal.kill();
await sim.close();
await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });

/** The events of the recording, without long waits and without what differs from one machine to another. */
function toEvents(): readonly (readonly [seconds: number, type: "o", text: string])[] {
  let seconds = 0;
  let last = outputs[0]?.at ?? 0;
  return outputs.map(({ at, text }) => {
    seconds += Math.min((at - last) / 1_000, longestPause);
    last = at;
    return [Number(seconds.toFixed(3)), "o", text.replaceAll(port, shownPort)];
  });
}

const header = {
  version: 2,
  width: columns,
  height: rows,
  title: `ktx: from signed out to the first answer in ${keystrokes} keystrokes`,
  env: { TERM: "xterm-256color" },
};
const events = toEvents();
const cast = [header, ...events].map((line) => JSON.stringify(line)).join("\n");
for (const foreign of [port, repository, process.execPath])
  if (cast.includes(foreign))
    throw new Error(`The recording shows ${foreign}, which differs on another machine.`);
const castFile = join(docs, "first-answer.cast");
await writeFile(castFile, `${cast}\n`);
const renderer = "exec --yes --package=svg-term-cli@2.1.1 -- svg-term --window --in".split(" ");
const svgFile = join(docs, "first-answer.svg");
await promisify(execFile)("npm", [...renderer, castFile, "--out", svgFile]);
console.log(`${header.title}: ${events.length} events, ${events.at(-1)?.[0] ?? 0} s`);
