import { createServer, type IncomingHttpHeaders } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { nextStep } from "../../src/advice/next-step.ts";
import { describeConnection } from "../../src/network/describe-connection.ts";
import { findWebPage } from "../../src/network/find-web-page.ts";

const { signal } = new AbortController();

/** A server on loopback that gives each request this answer; its base URL. */
async function serve(
  status: number,
  contentType: string,
  asked: (path: string | undefined, headers: IncomingHttpHeaders) => void = () => {},
): Promise<URL> {
  const server = createServer((request, response) => {
    asked(request.url, request.headers);
    response.writeHead(status, { "content-type": contentType }).end("<!doctype html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return new URL(`http://127.0.0.1:${port}/v1`);
}

test("a server that answers with a web page is no model service, and gets no key", async () => {
  const requests: unknown[] = [];
  const url = await serve(200, "Text/HTML; charset=utf-8", (path, { authorization }) =>
    requests.push({ path, authorization }),
  );
  const fault = await findWebPage(url, { signal });
  expect(requests).toEqual([{ path: "/v1/models", authorization: undefined }]);
  expect(fault && describeConnection(fault, { tries: 3, totalMs: 1_200 })).toBe(
    `${url.host} answers with a web page, and not as a model service. Tried 3 times in 1.2 s.`,
  );
  const endpoint = { baseUrl: url.href, apiKeyEnv: undefined };
  const scene = { auth: { kind: "none" }, endpoint, setVariables: new Set<string>() } as const;
  expect(nextStep({ kind: "stream-disconnected" }, scene, fault)).toBe(
    "Set llm.provider.codex.endpoint.base_url to the base URL of a model service.",
  );
});

test.each([
  [200, "application/json"],
  [404, "text/html"],
  [401, "text/html"],
])("status %i with %s may be a model service", async (status, contentType) => {
  expect(await findWebPage(await serve(status, contentType), { signal })).toBe(undefined);
});

test("nothing is known of a server that does not answer", async () => {
  const url = await serve(200, "text/html");
  expect(await findWebPage(url, { signal: AbortSignal.abort() })).toBe(undefined);
  url.port = "9";
  expect(await findWebPage(url, { signal })).toBe(undefined);
});
