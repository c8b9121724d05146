import { createServer } from "node:net";
import { onTestFinished } from "vitest";

/** A proxy that lets nothing through and keeps what it is asked for. */
export interface RecordingProxy {
  readonly url: string;
  /** The hosts with their ports, each once. */
  readonly hosts: () => readonly string[];
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const hosts = new Set<string>();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head) => {
      hosts.add(head.toString("latin1").split(" ")[1] ?? "");
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, hosts: () => [...hosts] };
}
