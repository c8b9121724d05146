import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";

/** A run of `llm-wiki-compiler` on the same sources. */
export interface OtherFigures {
  readonly requests: number;
  readonly bytesPerRequest: number;
  readonly seconds: number;
  readonly beforeSigkill: number;
  /** Pages that the killed run has left. */
  readonly pagesAfterSigkill: number;
  readonly after: number;
}

/**
 * Measures `llmwiki compile` against a scripted model that speaks the chat completions of OpenAI, undisturbed and killed
 * with SIGKILL at three quarters of its requests.
 *
 * @param cli the path of its `dist/cli.js`.
 */
export async function measureLlmWikiCompiler(
  cli: string,
  sources: Readonly<Record<string, string>>,
): Promise<OtherFigures> {
  await using undisturbed = await openStandIn();
  const first = await makeFolder(sources);
  const startMs = performance.now();
  await compile(cli, first, undisturbed, () => {});
  const seconds = Math.round(performance.now() - startMs) / 1_000;
  const requests = undisturbed.sizes.length;
  const total = undisturbed.sizes.reduce((sum, size) => sum + size, 0);

  await using killed = await openStandIn();
  const second = await makeFolder(sources);
  await compile(cli, second, killed, (kill) => {
    killed.onRequest = (count) => count === Math.floor(requests * 0.75) && kill();
  });
  killed.onRequest = () => {};
  const beforeSigkill = killed.sizes.length;
  const pages = await readdir(join(second, "wiki/concepts")).catch(() => []);
  await compile(cli, second, killed, () => {});
  for (const folder of [first, second]) await rm(folder, { recursive: true, force: true });
  return {
    requests,
    bytesPerRequest: Math.round(total / requests),
    seconds,
    beforeSigkill,
    pagesAfterSigkill: pages.length,
    after: killed.sizes.length - beforeSigkill,
  };
}

async function makeFolder(sources: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ktx-bench-other-"));
  await mkdir(join(folder, "sources"));
  for (const [name, content] of Object.entries(sources))
    await writeFile(join(folder, name.replace(/\.\w+$/, ".md")), content);
  return folder;
}

interface StandIn extends AsyncDisposable {
  readonly baseUrl: string;
  /** The bytes of each request for a completion. */
  readonly sizes: readonly number[];
  onRequest: (count: number) => unknown;
}

async function openStandIn(): Promise<StandIn> {
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  const standIn: StandIn = {
    get baseUrl() {
      const address = server.address();
      return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
    },
    sizes,
    onRequest: () => {},
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const answer = async (
    request: IncomingMessage,
  ): Promise<{ readonly type: string; readonly text: string }> => {
    const body = await text(request);
    if (request.url?.includes("embeddings") === true) return toJson(embed(JSON.parse(body)));
    sizes.push(Buffer.byteLength(body));
    standIn.onRequest(sizes.length);
    return complete(JSON.parse(body));
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await answer(request);
    response.writeHead(200, { "content-type": body.type });
    response.end(body.text);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return standIn;
}

interface ChatRequest {
  readonly messages: readonly { readonly content: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly stream?: boolean;
}

/** Each subject of the sources is a concept; its page has the sentences about it. */
function complete({ messages, tools, stream }: ChatRequest): { type: string; text: string } {
  const said = messages.map(({ content }) => content).join("\n");
  const sentences = said.match(/A gadget\d+ has \d+ of metric \w+\./g) ?? [];
  const name = tools?.[0]?.function.name;
  if (name !== undefined) {
    const subjects = new Set(sentences.map((one) => /gadget\d+/.exec(one)?.[0] ?? ""));
    const concepts = [...subjects].map((concept) => ({
      concept,
      summary: `It is about ${concept}.`,
      is_new: true,
      tags: [],
    }));
    const call = { name, arguments: JSON.stringify({ concepts }) };
    const message = {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: call }],
    };
    return toJson({ choices: [{ index: 0, message, finish_reason: "tool_calls" }] });
  }
  const content = [...new Set(sentences)].join("\n\n");
  if (stream !== true)
    return toJson({
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    });
  const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: "stop" }] };
  return { type: "text/event-stream", text: `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n` };
}

function embed({ input }: { readonly input: string | readonly string[] }): object {
  const texts = typeof input === "string" ? [input] : input;
  const embedding = Array.from({ length: 1_536 }, (_, index) => (index === 0 ? 1 : 0));
  return { data: texts.map((_, index) => ({ index, embedding, object: "embedding" })) };
}

function toJson(value: object): { readonly type: string; readonly text: string } {
  return { type: "application/json", text: JSON.stringify(value) };
}

async function compile(
  cli: string,
  cwd: string,
  { baseUrl }: Pick<StandIn, "baseUrl">,
  onStart: (kill: () => void) => void,
): Promise<void> {
  const child = spawn(process.execPath, [cli, "compile", "--provider", "openai"], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: cwd,
      OPENAI_API_KEY: "stand-in",
      OPENAI_BASE_URL: baseUrl,
      LLMWIKI_MODEL: "stand-in",
    },
    stdio: "ignore",
  });
  onStart(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.once("close", resolve));
}
