import { once } from "node:events";
import { claimStateSlot } from "../src/state-slots.ts";

/** Holds a slot, prints its path, and gives it back when its input ends. */
const [root = ""] = process.argv.slice(2);
await using slot = await claimStateSlot(root);
process.stdout.write(`${slot.path}\n`);
await once(process.stdin.resume(), "end");
