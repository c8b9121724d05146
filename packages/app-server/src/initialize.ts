import type { AppServer } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";

/** The process, as it describes itself. */
export interface ServerInfo {
  /** Such as `0.163.0`; undefined if it does not give a version. */
  readonly version: string | undefined;
}

/**
 * Initializes a new process. Dynamic tools, environments and injected items are an experimental part of the
 * protocol (0.163.0).
 */
export async function initialize(server: AppServer): Promise<ServerInfo> {
  const answer = await server.request("initialize", {
    clientInfo: { name: "ktx", title: null, version: "0.1.0" },
    capabilities: { experimentalApi: true },
  });
  server.notify("initialized");
  const userAgent = fieldOf(answer, "userAgent");
  const version = typeof userAgent === "string" ? versionIn.exec(userAgent)?.[1] : undefined;
  return { version };
}

/** `ktx/0.163.0 (Debian 12.0.0; x86_64) unknown (ktx; 0)` */
const versionIn = /^[^/]*\/(\d+\.\d+\.\d+[\w.-]*)/;
