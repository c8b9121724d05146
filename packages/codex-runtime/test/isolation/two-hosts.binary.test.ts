import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { onEachTransport } from "../e2e/scene.ts";
import { startAccountService } from "./account-service.ts";
import { makeUser, tokensOf, type User } from "./signed-in-user.ts";

onEachTransport("two programs at once on one expired sign-in", ({ transport }) => {
  test("complete all their runs, and each Codex process presents the refresh token at most once", async () => {
    const user = await makeUser({ expiresInSeconds: -3_600 });
    const service = await startAccountService();
    const programs = Array.from({ length: 2 }, () =>
      startProgram(user, [service.sim.baseUrl, transport, "4"]),
    );
    // Both are loaded before either begins.
    const begins = await Promise.all(programs.map(({ ready }) => ready));

    for (const begin of begins) begin();

    const ends = await Promise.all(programs.map(({ ends: printed }) => printed));
    expect(ends.flat()).toEqual(Array.from({ length: 8 }, () => "turn.completed"));
    // Codex takes no lock between processes; one whose token was refused takes up the fresh sign-in.
    const processes = transport === "exec" ? 8 : 2;
    expect(service.presented.length).toBeLessThanOrEqual(processes);
    expect(new Set(service.presented)).toEqual(new Set(["first"]));
    expect(service.refreshes).toEqual(["first"]);
    expect((await tokensOf(user)).refresh).toBe("second");
  });
});

function startProgram(user: User, args: readonly string[]) {
  const program = join(import.meta.dirname, "account-program.ts");
  const child = spawn(process.execPath, ["--conditions=@ktx/source", program, ...args], {
    env: user.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const output = text(child.stdout);
  return {
    ready: once(child.stdout, "data").then(() => () => void child.stdin.end("begin\n")),
    ends: output.then((printed): unknown => JSON.parse(printed.replace("ready\n", ""))),
  };
}
