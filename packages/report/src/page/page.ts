import { createHash } from "node:crypto";
import { Html, markup } from "./markup.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

export interface PageParts {
  readonly title: string;
  /** Label and value. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly body: Html;
}

/** One whole page: it loads nothing, and its policy lets nothing but its own style and script run. Pure. */
export function page({ title, facts, body }: PageParts): string {
  const policy = `default-src 'none'; img-src data:; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  const list = facts.map(([label, value]) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  // No blank between a tag and its style or script: the policy names the hash of exactly that text.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} · ktx report</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header><h1>${title}</h1><dl class="facts">${list}</dl></header>
<main id="main" tabindex="-1">${body}</main>
<footer><p>Made by <code>ktx report</code>. Keys: <kbd>j</kbd> and <kbd>k</kbd> go from entry to entry, <kbd>Enter</kbd> unfolds, <kbd>/</kbd> finds.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`.toString();
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
