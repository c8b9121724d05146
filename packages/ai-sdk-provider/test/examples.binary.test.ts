import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { answering, reply, type SimScript, startCodexSim, text, toolCall } from "@ktx/codex-sim";
import { expect, test } from "vitest";

const run = promisify(execFile);
const here = import.meta.dirname;
const examples = join(here, "../examples");
const args = [
  "--no-warnings",
  "--conditions=@ktx/source",
  "--import",
  join(here, "use-stand-in.ts"),
];

/** The output of a program on a scripted model. It exits by itself. */
async function output(
  program: string,
  script: SimScript,
  given: readonly string[] = [],
): Promise<string> {
  await using sim = await startCodexSim({ script });
  const env = { ...process.env, STAND_IN: sim.baseUrl };
  const { stdout } = await run(process.execPath, [...args, program, ...given], {
    env,
    timeout: 100_000,
  });
  return stdout;
}

test("the README shows each example as it is", () => {
  const readme = readFileSync(join(here, "../README.md"), "utf8");
  const files = readdirSync(examples);
  expect(files).toHaveLength(5);
  for (const file of files)
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(examples, file), "utf8")}\`\`\``);
});

test("the route streams an answer to a page", async () => {
  const script = () => reply([text("Good morning to you.", { deltas: 5 })]);
  const route = join(examples, "chat-route.ts");
  expect(await output(join(here, "call-route-program.ts"), script, [route, "Hi."])).toBe(
    "Good morning to you. (0 calls, streamed)\n",
  );
});

test("the route with tools of the AI SDK's documentation runs with another provider line", async () => {
  const script: SimScript = ({ toolOutputs: { length }, userText }) => {
    if (userText.includes("And before")) return reply([text("You asked about two cities.")]);
    if (length === 0)
      return reply([
        toolCall("weather", { location: "Oslo" }),
        toolCall("weather", { location: "Rome" }),
      ]);
    if (length === 2) return reply([toolCall("convertFahrenheitToCelsius", { temperature: 50 })]);
    return reply([text("It is 10 degrees in both, they say.", { deltas: 5 })]);
  };
  const folder = mkdtempSync(join(here, "../.readme-"));
  try {
    const route = join(folder, "route.ts");
    writeFileSync(route, documentedRoute());
    const program = join(here, "call-route-program.ts");
    expect(await output(program, script, [route, "How warm?", "And before?"])).toBe(
      "It is 10 degrees in both, they say. (3 calls, streamed)\nYou asked about two cities. (0 calls, whole)\n",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the route with approval refunds once the user has agreed, in one thread", async () => {
  const script: SimScript = ({ toolOutputs: { length }, body }) => {
    if (length === 0) return reply([toolCall("findOrder", { customer: "Ann" })]);
    if (length === 1) return reply([toolCall("refund", { order: 17 })]);
    const isNew = JSON.stringify(body).includes("call_before_");
    return reply([text(isNew ? "A new thread." : "Done.")]);
  };
  const route = join(examples, "approval-route.ts");
  expect(await output(join(here, "call-route-program.ts"), script, [route, "Refund it."])).toBe(
    "The user agrees.\nDone. (2 calls, streamed)\n",
  );
});

test("the offline program needs nothing but its script", async () => {
  const script = () => reply([text("Not asked.")]);
  expect(await output(join(examples, "offline.ts"), script)).toBe("They say: Rain in Oslo. 2 2\n");
});

test("the agent uses its two tools", async () => {
  const script: SimScript = ({ toolOutputs }) => {
    if (toolOutputs.length === 0) return reply([toolCall("weather", { city: "Oslo" })]);
    if (toolOutputs.length === 1) return reply([toolCall("toCelsius", { fahrenheit: 50 })]);
    return reply([text(`It is ${toolOutputs[1]?.output ?? "?"} degrees.`)]);
  };
  expect(await output(join(examples, "agent.ts"), script)).toBe(
    'It is 10 degrees.\n[ [ "weather" ], [ "toCelsius" ], [] ]\n'.replaceAll('"', "'"),
  );
});

test("the extraction gives a value of its type", async () => {
  const lines = [
    { text: "Chair", amount: 80 },
    { text: "Chair", amount: 80 },
  ];
  const invoice = { number: "17", total: 160, dueDate: "2027-03-01", lines };
  const script = () => reply([text(JSON.stringify(invoice))]);
  expect(await output(join(examples, "extract.ts"), script)).toBe("17 160 2\n");
});

test("the chat with tools of the AI SDK's documentation runs with another provider line", async () => {
  const script = answering((heard, { toolOutputs: { length }, userText }) => {
    if (userText.includes("And before")) return "You asked about New York.";
    if (heard === undefined) return [toolCall("weather", { location: "New York" })];
    if (length === 1) return [toolCall("convertFahrenheitToCelsius", { temperature: 50 })];
    return `It is ${heard} there.`;
  });
  await using sim = await startCodexSim({ script });
  const folder = mkdtempSync(join(here, "../.readme-"));
  try {
    const program = join(folder, "index.ts");
    writeFileSync(program, documentedChat());
    const env = { ...process.env, STAND_IN: sim.baseUrl };
    const chat = spawn(process.execPath, [...args, program], { env, timeout: 100_000 });
    const stderr = chat.stderr.setEncoding("utf8").toArray();
    const exited = once(chat, "exit");
    const printed = readUntil(chat.stdout.setEncoding("utf8"));
    await printed("You: ");
    chat.stdin.write("What's the weather in New York in celsius?\n");
    const first = await printed("You: ");
    expect(first).toContain('"celsius": 10');
    expect(first).toContain('It is {"celsius":10} there.');
    chat.stdin.write("And before that?\n");
    expect(await printed("You: ")).toContain("Assistant: You asked about New York.");
    chat.stdin.end();
    expect(await exited).toEqual([0, null]);
    expect(await stderr).toEqual([]);
    expect(sim.requests).toHaveLength(4);
    expect(JSON.stringify(sim.requests[3]?.body)).toContain("in celsius?");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The last route of "Next.js App Router" in the documentation that `ai` brings, with the line of the provider. */
function documentedRoute(): string {
  const page = documentation("02-nextjs-app-router.mdx");
  const routes = Array.from(
    page.matchAll(/^```tsx filename="app\/api\/chat\/route\.ts"[^\n]*\n(.*?)^```$/gms),
    ([, code]) => code,
  );
  return (
    withProvider(routes.at(-1) ?? "")
      // Next.js finds out by itself that this is a type.
      .replace("  UIMessage,", "  type UIMessage,")
  );
}

function documentation(name: string): string {
  const ai = dirname(createRequire(import.meta.url).resolve("ai/package.json"));
  return readFileSync(join(ai, "docs/02-getting-started", name), "utf8");
}

function withProvider(code: string): string {
  return code
    .replace("__PROVIDER_IMPORT__", 'import { ktx } from "@ktx/ai-sdk-provider"')
    .replace("__MODEL__", 'ktx("gpt-5.5")');
}

/** The last program of "Node.js" in the documentation that `ai` brings, with the line of the provider. */
function documentedChat(): string {
  const page = documentation("06-nodejs.mdx");
  const programs = Array.from(
    page.matchAll(/^```ts[^\n]*\n(import .*?)^```$/gms),
    ([, code]) => code,
  );
  return (
    withProvider(programs.at(-1) ?? "")
      // The documentation runs it with tsx, which finds out by itself that this is a type.
      .replace("{ ModelMessage,", "{ type ModelMessage,")
  );
}

/** Reads what a program prints, each time up to and with a text. */
function readUntil(stream: AsyncIterable<string>): (end: string) => Promise<string> {
  const pieces = stream[Symbol.asyncIterator]();
  let unread = "";
  return async (end) => {
    while (!unread.includes(end)) {
      const { done, value } = await pieces.next();
      if (done === true) throw new Error(`The program ended. It printed: ${unread}`);
      unread += value;
    }
    const at = unread.indexOf(end) + end.length;
    const read = unread.slice(0, at);
    unread = unread.slice(at);
    return read;
  };
}
