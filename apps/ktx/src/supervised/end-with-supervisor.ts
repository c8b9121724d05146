// A thread of the supervised process. When the supervisor was killed, the process ends itself, as its main thread
// notices. When code of the user blocks the main thread, this thread ends the process.
const supervisor = process.ppid;

/** The interval of its checks, and the time that a process that is not blocked may take to end itself. */
const lookMs = 500;
const patienceMs = 5_000;

let aloneMs = 0;
setInterval(() => {
  aloneMs = process.ppid === supervisor ? 0 : aloneMs + lookMs;
  if (aloneMs >= patienceMs) process.kill(process.pid, "SIGKILL");
}, lookMs);
