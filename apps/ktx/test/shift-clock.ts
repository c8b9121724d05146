/** Sets the wall clock of a process off by TEST_CLOCK_OFF_MS, before the program starts. For `--import`. */
const offMs = Number(process.env["TEST_CLOCK_OFF_MS"] ?? 0);
const { now } = Date;
Date.now = (): number => now() + offMs;
