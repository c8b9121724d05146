/** The possible effects of a failed tool call on its run; see `RunPolicy.onToolFailure`. */
export const toolFailurePolicies = ["recover", "fail", "continue"] as const;
export type ToolFailurePolicy = (typeof toolFailurePolicies)[number];
