import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";

/** The stand-in model of the bench, in a process of its own, so that its work is counted apart. */
const sim = await startCodexSim({
  script: answering((found, { userText, outputSchema }) => {
    if (userText.includes("tool") && found === undefined) {
      return [toolCall("wiki_search", { query: "rev" })];
    }
    return outputSchema === undefined ? "yes" : '{"answer":"yes"}';
  }),
});
process.send?.(sim.baseUrl);
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    cpuMs: (user + system) / 1_000,
    requests: sim.requests.length,
    bytes: sim.requests.findLast(({ toolOutputs }) => toolOutputs.length === 0)?.bytes ?? 0,
  });
});
process.once("disconnect", () => void sim.close());
