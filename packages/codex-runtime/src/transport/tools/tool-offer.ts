import { resolveToolSet, type ToolObserver, type ToolSet } from "@ktx/mcp-bridge";

/** The tools of one thread, with everything that a transport needs to offer and run them. */
export interface ToolOffer {
  readonly toolSet: ToolSet;
  /** In the order of the tool set; empty where there are no tools. */
  readonly names: readonly string[];
  readonly observer: ToolObserver;
  readonly onObserverError: (error: unknown) => void;
  /** Called once the tools are served: with false where the server does not report calls to `observer`. */
  readonly onServed: (isObserved: boolean) => void;
}

/** @throws {ToolBridgeError} for tools that cannot be offered. */
export function createToolOffer(
  toolSet: ToolSet,
  heard: Pick<ToolOffer, "observer" | "onObserverError" | "onServed">,
): ToolOffer {
  return { toolSet, names: resolveToolSet(toolSet).map(({ tool }) => tool.name), ...heard };
}
