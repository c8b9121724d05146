import { reply, type SimScript, text } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type CodexRunner,
  compileOutputSchema,
  SdkCodexRunner,
} from "../../src/index.ts";
import { answerOf } from "../../../structured-output/test/answer-of.ts";
import { corpus } from "../../../structured-output/test/corpus/index.ts";
import { onEachTransport, startSceneOn } from "./scene.ts";

/** Of every family of the corpus; each value has one JSON, so that the way there and back can be compared. */
const reversible = [
  "template literal",
  "date",
  "enum with values",
  "literals of many types",
  "tuple with optional items",
  "record of records",
  "map with object keys",
  "set of dates",
  "object with a catchall",
  "nested discriminated unions",
  "objects of the same keys",
  "union and object intersected",
  "keys in quotes and scripts",
  "numeric keys in a union",
  "mutual recursion",
  "recursive union at the root",
  "60 properties",
  "support ticket triage",
  "recipe",
  "JSON Schema",
  "syntax tree of an expression",
  "query language",
  "state machine",
  "GeoJSON feature collection",
] as const;

const schemaCalled = (name: string): z.ZodType => corpus[name] ?? expect.unreachable(name);

/** A model that answers with what the schema of the request allows, and nothing else to go by. */
function obedientModel(seed: number): { readonly script: SimScript; readonly said: unknown[] } {
  const said: unknown[] = [];
  const script: SimScript = ({ outputSchema = {} }) => {
    const answer = answerOf(outputSchema, seed);
    said.push(answer);
    return reply([text(JSON.stringify(answer))]);
  };
  return { script, said };
}

onEachTransport("a model that knows the JSON Schema alone", ({ startScene }) => {
  test.each(reversible.map((name, index) => [name, index] as const))(
    "answers with a value of the schema: %s",
    async (name, seed) => {
      const { script, said } = obedientModel(seed);
      await using scene = await startScene(script);
      const schema = schemaCalled(name);
      const value = await scene.runtime.generateObject({ role: "default", prompt: "Go.", schema });
      const { encode, jsonSchema } = compileOutputSchema(schema);
      expect(schema.safeParse(value)).toMatchObject({ success: true });
      expect([encode(value)]).toEqual(said);
      expect(scene.sim.requests).toMatchObject([{ outputSchema: jsonSchema }]);
    },
  );

  test.each([
    ["string that becomes a number", "number"],
    ["transformed object", "number"],
    ["default", "object"],
  ])("answers with what the schema makes of its input: %s", async (name, expected) => {
    const { script, said } = obedientModel(1);
    await using scene = await startScene(script);
    const schema = schemaCalled(name);
    const value = await scene.runtime.generateObject({ role: "default", prompt: "Go.", schema });
    expect(typeof value).toBe(expected);
    expect(value).toEqual(schema.parse(compileOutputSchema(schema).decode(said[0])));
  });
});

onEachTransport("an answer of the model", ({ startScene }) => {
  const ask = {
    role: "default",
    prompt: "How many?",
    schema: z.object({ count: z.int().refine((count) => count > 0, "must be positive") }),
  };

  test("in a fence, with prose around it, is read", async () => {
    const answer = 'Here you are:\n```json\n{"count": 3,}\n```\nAnything else?';
    await using scene = await startScene([reply([text(answer)])]);
    expect(await scene.runtime.generateObject(ask)).toEqual({ count: 3 });
  });

  test("is the last of its messages alone", async () => {
    await using scene = await startScene([reply([text('{"count":1}'), text('{"count":2}')])]);
    expect(await scene.runtime.generateObject(ask)).toEqual({ count: 2 });
  });

  test("is checked for as long as the call may take, and no Codex stays for it", async () => {
    await using scene = await startScene([reply([text('{"count":3}')])], { timeoutMs: 2_000 });
    const schema = z.object({ count: z.int().refine(() => new Promise<boolean>(() => {})) });
    await expect(scene.runtime.generateObject({ ...ask, schema })).rejects.toMatchObject({
      name: "CodexError",
      failure: { kind: "timeout" },
    });
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("that the schema refuses twice is an error with the usage of both turns", async () => {
    await using scene = await startScene([
      reply([text("I can not say.")]),
      reply([text('{"count":"many"}')]),
    ]);
    await expect(scene.runtime.generateObject(ask)).rejects.toMatchObject({
      name: "OutputValidationError",
      message: expect.stringMatching(/^Codex structured output failed validation:\n- \$\.count: /),
      issues: [{ path: "$.count", message: expect.stringContaining("expected number") }],
      text: '{"count":"many"}',
      usage: { totalTokens: 30 },
    });
  });
});

test("a schema that the service refuses is a failure that names the place in it", async () => {
  const sdk = new SdkCodexRunner();
  const runner: CodexRunner = {
    runStreamed: (input) =>
      sdk.runStreamed({
        ...input,
        outputSchema: {
          type: "object",
          properties: { city: { type: "object", properties: {}, required: [] } },
          required: ["city"],
          additionalProperties: false,
        },
      }),
  };
  await using scene = await startSceneOn("exec", [], { runner });
  const work = scene.runtime.generateText({ role: "default", prompt: "Go." });
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CodexError);
  expect(error).toMatchObject({
    message: expect.stringContaining("'additionalProperties' is required"),
    failure: { kind: "invalid-output-schema", path: ["properties", "city"] },
  });
});
