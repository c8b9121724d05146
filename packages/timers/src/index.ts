export { type Clock, type ClockOptions, resolveClock } from "./clock.ts";
export { settleWithin } from "./settle-within.ts";
export { longestTimerMs, startTimer } from "./start-timer.ts";
export { wait } from "./wait.ts";
