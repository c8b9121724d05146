import { channel } from "node:diagnostics_channel";
import type { AgentLoopResult } from "./agent-loop.ts";

/** What is told of an agent loop that has ended; no prompts, no answers. */
export interface AgentLoopEnded extends Pick<AgentLoopResult, "stopReason" | "budget" | "metrics"> {
  readonly role: string;
  readonly model: string;
  /** As the caller gave them. */
  readonly telemetryTags: Readonly<Record<string, string>>;
}

/** The `node:diagnostics_channel` on which each agent loop tells how it ended, as an `AgentLoopEnded`. */
export const agentLoopChannelName = "ktx:agent-loop";

/** Tells whatever observes this process; costs nothing where nothing does. */
export function publishAgentLoop(ended: AgentLoopEnded): void {
  agentLoopChannel.publish(ended);
}

const agentLoopChannel = channel(agentLoopChannelName);
