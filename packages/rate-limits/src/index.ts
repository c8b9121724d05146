export { describeGiveUp, type GiveUp, LimitError } from "./give-up.ts";
export { LastReport, type LastReportOptions, type ReadReportInput } from "./last-report.ts";
export type { Limit, LimitReset } from "./limit.ts";
export type { RateLimitEvent } from "./rate-limit-event.ts";
export { RateLimitGovernor } from "./rate-limit-governor.ts";
export type { GovernedWork, RateLimitGovernorOptions } from "./governor-options.ts";
export type { WorkOutcome } from "./work-outcome.ts";
export type { UsageWindow } from "./usage-window.ts";
