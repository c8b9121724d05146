import { ktx } from "@ktx/ai-sdk-provider";
import { generateText, Output } from "ai";
import { z } from "zod";

const invoice = z.object({
  number: z.string(),
  total: z.number().describe("In euros."),
  dueDate: z.iso.date().optional(),
  lines: z.array(z.object({ text: z.string(), amount: z.number() })),
});

const { output } = await generateText({
  model: ktx("gpt-5.5"),
  output: Output.object({ schema: invoice }),
  prompt: "Invoice 17: two chairs, 80 euros each. Pay by 1 March 2027.",
});
console.log(output.number, output.total, output.lines.length);
