import type { AgentRunInput, AgentRunReport } from "./agent/run-agent.ts";
import type { CliIo } from "./cli-io.ts";
import type { DemoInput, DemoReport } from "./demo/run-demo.ts";

/** The work behind the commands. What a command does not need is not loaded. */
export interface Services {
  readonly runAgent: (input: AgentRunInput) => Promise<AgentRunReport>;
  readonly runDemo: (input: DemoInput) => Promise<DemoReport>;
}

export function createServices(io: CliIo): Services {
  return {
    runAgent: async (input) => {
      const { runAgent } = await import("./agent/run-agent.ts");
      return explained(runAgent(input, io));
    },
    runDemo: async (input) => {
      const { runDemo } = await import("./demo/run-demo.ts");
      return explained(runDemo(input, io));
    },
  };
}

/** What the packages throw is told as a user needs it. */
async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { explainError } = await import("./agent/explain-error.ts");
    throw explainError(error);
  }
}
