import { once } from "node:events";
import { basename } from "node:path";
import { startWikiServer, type WikiServer } from "@ktx/wiki-server";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { openProject } from "../project/read-project.ts";
import { printText } from "../terminal/print.ts";
import { openProjectWiki, type WikiPlace } from "./open-project-wiki.ts";

export interface ServeWikiInput extends WikiPlace {
  /** A port of 127.0.0.1. @default a free one */
  readonly port?: number | undefined;
}

/** Serves the wiki to a browser until the user interrupts. */
export async function serveWiki(input: ServeWikiInput, io: CliIo): Promise<void> {
  await using wiki = await openProjectWiki(input, io);
  const projectDir = (await openProject(input.projectDir, io)).discovery.directory;
  const { listProposals, reviewProposal } = await import("@ktx/ingest");
  await using server = await explainPort(
    startWikiServer({
      wiki,
      title: basename(projectDir),
      reviews: {
        list: async () => listProposals(projectDir),
        settle: async (id, verdict, version) =>
          void (await reviewProposal({ projectDir, id, verdict, version })),
      },
      port: input.port,
      onError: (error) => printText(io.stderr, `A page could not be shown: ${String(error)}\n`),
      signal: io.signal,
    }),
    input.port,
  );
  printText(io.stdout, `${server.url}\n`);
  printText(
    io.stderr,
    "Open this address in a browser: it holds the token. Ctrl-C ends the server.\n",
  );
  if (!io.signal.aborted) await once(io.signal, "abort");
  io.signal.throwIfAborted();
}

async function explainPort(
  starting: Promise<WikiServer>,
  port: number | undefined,
): Promise<WikiServer> {
  try {
    return await starting;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    throw new CliError(
      {
        what: `Port ${port} ${code === "EACCES" ? "is not open to this user" : "is in use"}.`,
        next: "Name another one with --port, or leave it out for a free one.",
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}
