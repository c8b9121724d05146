import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CodexSim, reply, text, toolCall } from "@ktx/codex-sim";
import { toImageBlock } from "@ktx/images";
import { defineTool } from "@ktx/mcp-bridge";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { samples } from "../../../images/test/samples.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import type { CodexKtxLlmRuntime, ImageSource } from "../../src/index.ts";
import { openOwnThread, takeEvents } from "../own-threads.ts";
import { onEachTransport, stageOn } from "./scene.ts";

const done = reply([text("done")]);
const { png, jpeg, webp, gif } = samples;

/** The media type and the bytes of each image that a request shows, in base64. */
function shownIn({ requests }: CodexSim, index = 0): readonly string[] {
  return (requests[index]?.images ?? []).map(
    ({ from, mediaType, bytes }) => `${from} ${mediaType} ${Buffer.from(bytes).toString("base64")}`,
  );
}

const shown = (from: "user" | "tool", type: string, bytes: Uint8Array): string =>
  `${from} image/${type} ${Buffer.from(bytes).toString("base64")}`;

/** A folder for temporary files of this test alone. */
async function ownTemporaryFolder(name = "tmp"): Promise<() => readonly string[]> {
  const folder = await makeTestFolder(name);
  vi.stubEnv("TMPDIR", folder.path);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await folder[Symbol.asyncDispose]();
  });
  return () => readdirSync(folder.path).filter((entry) => entry.startsWith("ktx-images-"));
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const folder = await makeTestFolder("images");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const path = join(folder.path, "a picture, of mine.dat");
  await writeFile(path, bytes);
  return path;
}

const camera = defineTool({
  name: "camera",
  description: "Takes a picture.",
  inputSchema: z.object({}),
  execute: () => ({
    content: [{ type: "text", text: "Here it is." }, toImageBlock(png), toImageBlock(webp)],
  }),
});

onEachTransport("images", ({ transport, startScene }) => {
  test("of a prompt reach the model byte by byte and in their order, from files and from memory", async () => {
    const leftFolders = await ownTemporaryFolder();
    await using scene = await startScene([done]);
    const images = [{ path: await fileOf(png) }, { bytes: jpeg }, { bytes: webp }];
    await scene.runtime.generateText({ role: "default", prompt: "What is this?", images });
    expect(shownIn(scene.sim)).toEqual([
      shown("user", "png", png),
      shown("user", "jpeg", jpeg),
      shown("user", "webp", webp),
    ]);
    expect(scene.sim.requests[0]?.userText).toContain("What is this?");
    expect(JSON.stringify(scene.sim.requests[0]?.body)).not.toContain("a picture, of mine");
    expect(leftFolders()).toEqual([]);
  });

  test("of type GIF reach the model as a PNG", async () => {
    await using scene = await startScene([done]);
    await scene.runtime.generateText({ role: "default", prompt: "Hm?", images: [{ bytes: gif }] });
    expect(scene.sim.requests[0]?.images).toMatchObject([{ mediaType: "image/png" }]);
  });

  const methods: readonly [
    string,
    (runtime: CodexKtxLlmRuntime, images: ImageSource[]) => unknown,
  ][] = [
    [
      "generateObject",
      (runtime, images) =>
        runtime.generateObject({
          role: "default",
          prompt: "Hm?",
          images,
          schema: z.object({ seen: z.string() }),
        }),
    ],
    [
      "streamText",
      (runtime, images) => runtime.streamText({ role: "default", prompt: "Hm?", images }).text,
    ],
    [
      "runAgentLoop",
      (runtime, images) =>
        runtime.runAgentLoop({
          modelRole: "default",
          systemPrompt: "Look.",
          userPrompt: "Hm?",
          images,
          toolSet: {},
          stepBudget: 3,
          telemetryTags: {},
        }),
    ],
  ];

  test.each(methods)("are an input of %s", async (_, call) => {
    await using scene = await startScene(() => reply([text('{"seen":"red"}')]));
    await call(scene.runtime, [{ bytes: png }]);
    expect(shownIn(scene.sim)).toEqual([shown("user", "png", png)]);
  });

  test("reach the model again in a repair of the answer, once", async () => {
    const leftFolders = await ownTemporaryFolder();
    await using scene = await startScene([reply([text("no JSON")]), reply([text('{"n":1}')])]);
    const schema = z.object({ n: z.number() });
    const images = [{ bytes: png }];
    await scene.runtime.generateObject({ role: "default", prompt: "Hm?", images, schema });
    expect(shownIn(scene.sim, 1)).toEqual([shown("user", "png", png)]);
    expect(leftFolders()).toEqual([]);
  });

  test("of 20 MB in all reach the model beside the longest prompt, the most that there may be", async () => {
    const large = Buffer.concat([png, new Uint8Array(20_000_000 - png.length)]);
    // As JSON, each of these characters takes six bytes.
    const prompt = "\u0001".repeat(1_048_576);
    await using scene = await startScene([done]);
    const images = [{ bytes: large }];
    expect(await scene.runtime.generateText({ role: "default", prompt, images })).toBe("done");
    expect(shownIn(scene.sim).map((image) => image.length)).toEqual([
      shown("user", "png", large).length,
    ]);
  });

  test("that a model cannot be shown are refused, and nothing is asked", async () => {
    await using scene = await startScene([done]);
    const images = [{ path: await fileOf(png.subarray(0, 40)) }];
    await expect(
      scene.runtime.generateText({ role: "default", prompt: "Hm?", images }),
    ).rejects.toMatchObject({ name: "RuntimeInputError", code: "image-incomplete" });
    expect(scene.sim.requests).toEqual([]);
    expect(scene.codexProcesses()).toEqual([]);
  });

  test.each(transport === "app-server" ? (["mcp", "dynamic"] as const) : (["mcp"] as const))(
    "of a tool reach the model byte by byte: %s",
    async (toolTransport) => {
      await using scene = await startScene([reply([toolCall("camera", {})]), done]);
      await using thread = openOwnThread(transport, {
        endpoint: { baseUrl: scene.sim.baseUrl },
        toolTransport,
        toolSet: { camera },
      });
      await takeEvents(thread);
      expect(shownIn(scene.sim, 1)).toEqual([
        shown("tool", "png", png),
        shown("tool", "webp", webp),
      ]);
      expect(scene.sim.requests[1]?.toolOutputs[0]?.output).toContain("Here it is.");
    },
  );
});

test("images are not lost over exec where the folder for temporary files has a comma", async () => {
  await ownTemporaryFolder("tmp,comma");
  await using scene = await stageOn("exec").startScene([done]);
  const images = [{ bytes: png }];
  await expect(
    scene.runtime.generateText({ role: "default", prompt: "Hm?", images }),
  ).rejects.toThrow(/splits the paths of images at commas.*Set TMPDIR/);
  expect(scene.sim.requests).toEqual([]);
});

test("an image of one turn is known to the later turns of its thread, and is not sent twice", async () => {
  await using scene = await stageOn("app-server").startScene([done, done]);
  await using thread = scene.runtime.openThread({ role: "default" });
  await thread.generateText({ prompt: "Look.", images: [{ bytes: png }] });
  await thread.generateText({ prompt: "And now?" });
  expect(shownIn(scene.sim, 1)).toEqual([shown("user", "png", png)]);
});
