import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { z } from "zod";

const Invoice = z.object({
  number: z.string(),
  dueOn: z.iso.date().optional(),
  lines: z.array(z.object({ text: z.string(), euros: z.number().positive() })).min(1),
});

// The model forgets the sign of a price. It reads what is wrong, and answers once more.
const chairs = { text: "Chair", euros: 160 };
const sim = await startCodexSim({
  script: [
    reply([
      text(JSON.stringify({ number: "17", dueOn: null, lines: [{ ...chairs, euros: -160 }] })),
    ]),
    reply([text(JSON.stringify({ number: "17", dueOn: null, lines: [chairs] }))]),
  ],
});

const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
try {
  const invoice = await runtime.generateObject({
    role: "default",
    prompt: "Invoice 17: two chairs, 80 euros each.",
    schema: Invoice,
  });
  const total = invoice.lines.reduce((sum, { euros }) => sum + euros, 0);
  console.log(`Invoice ${invoice.number}: ${total} euros, due ${invoice.dueOn ?? "at once"}`);
  console.log(`${sim.requests.length} requests: an answer, and its repair`);
} finally {
  await runtime[Symbol.asyncDispose]();
  await sim.close();
}
