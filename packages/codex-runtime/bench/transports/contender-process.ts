import { z } from "zod";
import { bareLoop } from "./bare-loop.ts";
import { bareSdk } from "./bare-sdk.ts";
import type { Contender, ContenderInput } from "./contender.ts";
import { block, measure } from "./measure.ts";
import { ownRuntime } from "./own-runtime.ts";

/** One contender in a process of its own, so that its CPU time and its children are counted apart. */
const input = z.object({
  name: z.enum(["sdk", "exec", "auto", "loop"]),
  baseUrl: z.string(),
  bundle: z.enum(["one", "system"]),
  folder: z.string(),
});

const { name, ...given } = input.parse(JSON.parse(process.argv[2] ?? ""));
const contender = await open(name, given);
process.on("message", (message) => {
  void measure(contender, block.parse(message)).then((measured) => process.send?.(measured));
});
process.once("disconnect", () => void contender[Symbol.asyncDispose]());
process.send?.("ready");

async function open(kind: Contender["name"], to: ContenderInput): Promise<Contender> {
  if (kind === "sdk") return await bareSdk(to);
  return kind === "loop" ? await bareLoop(to) : ownRuntime(kind, to);
}
