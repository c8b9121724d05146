import { TextTail } from "@ktx/child-process";
import { expect, test } from "vitest";
import { QuietTail } from "../src/quiet-tail.ts";

const logged =
  '2026-11-29T11:13:44.209098Z DEBUG turn{x=1}: codex_http_client::client: headers={"set-cookie": "secret=1"}\n';
const failed = "2026-11-29T11:13:45.209098Z ERROR codex_core::client: it broke\n";

test.each([1, 3, 50, 10_000])(
  "lines that Codex logs for ktx are no part of the tail, in chunks of %d bytes",
  (chunkBytes) => {
    const tail = new QuietTail(new TextTail());
    const bytes = Buffer.from(`Error: one\n${logged}${failed}\n${logged}Error: the lást`);
    for (let at = 0; at < bytes.length; at += chunkBytes)
      tail.push(bytes.subarray(at, at + chunkBytes));
    expect(tail.text).toBe(`Error: one\n${failed}\nError: the lást`);
  },
);
