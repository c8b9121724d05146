import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashLines } from "@ktx/wiki";

const sql = "create table refunds (id int);\n-- Refunds lower net revenue.\n";

/** A project with a wiki of two pages, of which one cites a file. */
export async function writeWikiProject(project: string): Promise<void> {
  const hash = hashLines(sql, { from: 2, to: 2 });
  const files = {
    "sources/orders.sql": sql,
    ".env": "KEY=secret-value\n",
    "notes.txt": "No page cites this.\n",
    "wiki/finance/refunds.md": `---\ntitle: Refunds\nsummary: What a refund does.\ntags: [finance]\n---\n\nA refund lowers net revenue.[^s1] See [[Orders]].\n\n[^s1]: [orders.sql:2](../../sources/orders.sql) sha256:${hash}\n`,
    "wiki/Orders.md": "# Orders\n\nAn order is a promise.\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
}
