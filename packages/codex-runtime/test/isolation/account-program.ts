import { once } from "node:events";
import { openOwnTransport, openThreadOn, takeEvents } from "../own-threads.ts";
import { accountLaunch } from "./account-launch.ts";

/**
 * A program of its own, on the sign-in of the user in its environment: so many runs at once, when it is told to by
 * its standard input. It prints the kind of the last event of each.
 */
const [baseUrl = "", name, count = "1"] = process.argv.slice(2);
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.destroy();
await using transport = openOwnTransport(name === "exec" ? "exec" : "app-server", {
  ...accountLaunch({ baseUrl, env: process.env }),
});
const ends = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    await using thread = openThreadOn(transport);
    const events = await takeEvents(thread, { prompt: "hi" });
    return events.at(-1)?.type ?? "nothing";
  }),
);
process.stdout.write(JSON.stringify(ends));
