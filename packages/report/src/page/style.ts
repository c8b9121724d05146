/** The style of a report: light and dark, from a phone to a wide screen. */
export const style: string = `
:root {
  --back: #ffffff; --text: #1c2128; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --bad: #b3261e; --tool: #0a5bc2; --wait: #8a5a00; --good: #1a7f37; --cached: #9db4cc; --input: #2f6fb2; --output: #a3480f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0f1419; --text: #e6edf3; --quiet: #9da7b3; --line: #30363d; --panel: #171d24;
    --bad: #ff9d94; --tool: #79b8ff; --wait: #e3b341; --good: #6fdd8b; --cached: #46617d; --input: #79b8ff; --output: #f0a36b;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
code, pre, .at, .took { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { margin: .25rem 0; padding: .5rem; background: var(--panel); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
:focus-visible { outline: 2px solid var(--tool); outline-offset: 2px; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; }
.facts dt { color: var(--quiet); font-size: .8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.quiet, .label { color: var(--quiet); font-size: .875rem; margin: .25rem 0; }
.failure { border-left: 4px solid var(--bad); padding: .25rem .75rem; background: var(--panel); margin: .5rem 0; overflow-wrap: anywhere; }
.failure p { margin: .25rem 0; }
.contradiction { border-left: 4px solid var(--wait); padding: .25rem .75rem; background: var(--panel); margin: .5rem 0; overflow-wrap: anywhere; }
.contradiction h3, .contradiction p, .contradiction ul { margin: .25rem 0; }
.chart { margin: .5rem 0; }
.chart svg { display: block; width: 100%; }
.chart > svg { min-height: 2.5rem; max-height: 20rem; background: var(--panel); border-radius: 4px; }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--quiet); font-size: .875rem; }
.chart .scale { justify-content: space-between; }
.key svg { display: inline-block; width: 10px; margin-right: .35rem; }
.tokens-cached { fill: var(--cached); } .tokens-input { fill: var(--input); } .tokens-output { fill: var(--output); }
.bar-tool, .bar-command { fill: var(--tool); } .bar-done { fill: var(--good); } .bar-wait { fill: var(--wait); } .bar-failed { fill: var(--bad); } .bar-left { fill: var(--cached); }
.bar-pause { fill: var(--wait); opacity: .25; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0; }
.tools input[type=search], .tools button { font: inherit; padding: .25rem .5rem; color: var(--text); background: var(--panel); border: 1px solid var(--quiet); border-radius: 4px; min-height: 2.25rem; }
.tools input[type=checkbox] { width: 1.25rem; height: 1.25rem; vertical-align: middle; }
.chunk { list-style: none; margin: 0; padding: 0; content-visibility: auto; contain-intrinsic-size: auto 48rem; }
.entry { border-bottom: 1px solid var(--line); }
.line { display: flex; gap: .75rem; padding: .35rem .25rem; align-items: baseline; }
summary.line { cursor: pointer; list-style: none; }
summary.line::-webkit-details-marker { display: none; }
summary.line .what::before { content: "+ "; color: var(--quiet); }
details[open] > summary.line .what::before { content: "- "; }
.at, .kind, .took { color: var(--quiet); flex: none; }
.kind { min-width: 5.5rem; font-size: .875rem; }
.what { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.mark, .failed .kind { color: var(--bad); font-weight: 600; }
.tool .what, .command .what { color: var(--tool); }
.wait .what, .limits .what, .warning .what { color: var(--wait); }
.entry details > :not(summary) { margin-left: .75rem; }
.block > summary { cursor: pointer; padding: .25rem 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; white-space: nowrap; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: .25rem 0; cursor: pointer; text-align: inherit; min-height: 1.75rem; }
th[aria-sort=ascending] button::after { content: " ▲"; } th[aria-sort=descending] button::after { content: " ▼"; }
tr.failed td:nth-child(2) { color: var(--bad); font-weight: 600; }
footer { margin: 2rem 0 1rem; color: var(--quiet); font-size: .875rem; }
kbd { border: 1px solid var(--line); border-radius: 3px; padding: 0 .25rem; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  .line { flex-wrap: wrap; gap: 0 .75rem; }
  .what { flex-basis: 100%; order: 1; }
}
@media print { .tools, footer, .skip { display: none; } .chunk { content-visibility: visible; } }
`;
