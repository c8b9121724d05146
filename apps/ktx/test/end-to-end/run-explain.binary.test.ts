import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, type CodexSim, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const citySchema = join(import.meta.dirname, "../fixtures/schemas/city.json");
const pixel = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
const on = ({ baseUrl }: CodexSim): string[] => ["--endpoint", baseUrl, "--model", "some-model"];

test("run --explain lists images, the system text and the schema as the model would get them", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({
    script: answering(() => JSON.stringify({ name: "Paris", rivers: null })),
  });
  // An image is known by its content, whatever its name.
  const image = join(sandbox.project, "a.gif");
  await writeFile(image, pixel);
  const flags = ["--image", "a.gif", "--system", "Sei höflich.", "--schema", citySchema];
  const args = [...flags, ...on(sim)];
  const { exitCode, stdout, stderr } = await runKtx(sandbox, ["run", "--explain", ...args]);
  const { stdout: json } = await runKtx(sandbox, ["run", "--explain", "--json", ...args]);
  expect({ exitCode, stderr, requests: sim.requests }).toEqual({
    exitCode: 0,
    stderr: "",
    requests: [],
  });

  await runKtx(sandbox, ["run", "Which city?", ...args]);
  const [request] = sim.requests;
  expect(request?.instructions).toContain("Sei höflich.");
  expect(request?.images).toEqual([{ from: "user", mediaType: "image/webp", bytes: pixel }]);
  const schemaBytes = Buffer.byteLength(JSON.stringify(request?.outputSchema));

  const userFiles = [
    { path: image, exists: true, purpose: "an image that the model sees" },
    { path: citySchema, exists: true, purpose: "the schema of the answer" },
  ];
  expect(JSON.parse(json)).toMatchObject({
    input: {
      images: [{ path: image, mediaType: "image/webp", bytes: pixel.byteLength }],
      systemBytes: 13,
      schemaBytes,
    },
    userFiles,
  });
  for (const { path, purpose } of userFiles) expect(stdout).toContain(`${path} (${purpose})`);
  expect(stdout).toContain(`  images        ${image} (image/webp, ${pixel.byteLength} bytes)\n`);
  expect(stdout).toContain("  system text   13 bytes\n");
  expect(stdout).toContain(`  schema        ${schemaBytes} bytes\n`);
});

test.each([
  ["is missing", "nope.png", /Cannot read image 1 \(.*nope\.png\)/],
  ["is text", "notes.png", /Expected image 1 \(.*notes\.png\) to be a PNG/],
])("an image that %s is refused by --explain as by the run", async (_, name, message) => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: [] });
  await writeFile(join(sandbox.project, "notes.png"), "no picture");
  const args = ["run", "Hi", ...on(sim), "--image", name];
  const explained = await runKtx(sandbox, [...args, "--explain"]);
  expect(explained).toMatchObject({ exitCode: 2, stdout: "" });
  expect(explained.stderr.replaceAll(/\s+/g, " ")).toMatch(message);
  const run = await runKtx(sandbox, args);
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain(explained.stderr);
});
