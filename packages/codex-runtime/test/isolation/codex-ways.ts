import { codexUnderTest } from "../codex-under-test.ts";
import { transports } from "../e2e/scene.ts";

/** The Codex under test over each way to talk to it. */
export const codexWays = transports.map((transport) => ({ ...codexUnderTest, transport }));
