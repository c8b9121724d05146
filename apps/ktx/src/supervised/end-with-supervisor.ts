// A thread of the supervised process. Where the supervisor was killed, the process ends itself: it hears of it on
// its main thread. Should code of the user's block that one, this thread ends the process.
const supervisor = process.ppid;

/** How often it looks, and how long a process that is not blocked may take to end itself. */
const lookMs = 500;
const patienceMs = 5_000;

let aloneMs = 0;
setInterval(() => {
  aloneMs = process.ppid === supervisor ? 0 : aloneMs + lookMs;
  if (aloneMs >= patienceMs) process.kill(process.pid, "SIGKILL");
}, lookMs);
