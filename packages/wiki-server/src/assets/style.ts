/** The style of all pages: one column, light and dark, from the width of a phone. */
export const style = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c1c1a, #e9e7e2);
  --quiet: light-dark(#5d5b55, #aaa69c);
  --paper: light-dark(#fffefb, #191917);
  --shade: light-dark(#f3f1ea, #262522);
  --rule: light-dark(#d9d5c9, #3d3b36);
  --link: light-dark(#0b57a4, #8cc0ff);
  --good: light-dark(#1d6b35, #7fd197);
  --bad: light-dark(#a3241c, #ff9d92);
  --mark: light-dark(#fff0a8, #59490c);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; z-index: 2; }
header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; padding: 0.5rem max(1rem, calc(50vw - 24rem)); background: var(--shade); border-bottom: 1px solid var(--rule); }
header nav { display: flex; gap: 1rem; flex: 1; }
.home { font-weight: 650; color: inherit; text-decoration: none; }
header form { display: flex; gap: 0.5rem; align-items: center; flex: 1 1 14rem; }
header label { white-space: nowrap; }
input { width: 100%; min-width: 0; font: inherit; padding: 0.25rem 0.5rem; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 0.25rem; }
main { max-width: 48rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.25rem; margin: 1.75rem 0 0.5rem; }
.meta, .pages span { color: var(--quiet); font-size: 0.9rem; }
.pages, .hits, .findings { padding-left: 1.25rem; }
.pages li { margin-bottom: 0.75rem; }
.pages .meta { display: block; }
.hits h2 { margin: 0.75rem 0 0; font-size: 1.1rem; }
.hits p { margin: 0; }
.no-target { text-decoration: underline dotted; text-underline-offset: 0.15em; }
mark { background: var(--mark); color: inherit; }
sup { line-height: 0; }
sup a { padding: 0 0.15em; }
code, pre, .lines { font-family: ui-monospace, monospace; font-size: 0.875rem; }
code { background: var(--shade); padding: 0.1em 0.25em; border-radius: 0.2em; }
pre { background: var(--shade); padding: 0.75rem; overflow-x: auto; margin: 0; }
pre code { padding: 0; background: none; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; }
article th, article td { border: 1px solid var(--rule); padding: 0.25rem 0.5rem; text-align: left; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--rule); }
.lines td { white-space: pre-wrap; padding-left: 1rem; }
.lines th { color: var(--quiet); font-weight: normal; text-align: right; vertical-align: top; user-select: none; }
.lines .cited { background: var(--mark); }
.lines .cited th { color: inherit; }
.lines tr:target { outline: 2px solid var(--link); }
.state { color: var(--bad); font-size: 0.9rem; }
.state.fine { color: var(--good); }
.problem, .notice { background: var(--shade); border-left: 3px solid var(--link); padding: 0.5rem 0.75rem; }
.problem { border-color: var(--bad); }
.proposal { border-top: 1px solid var(--rule); }
.diff { list-style: none; margin: 0; padding: 0.75rem; background: var(--shade); font: 0.875rem/1.5 ui-monospace, monospace; }
.diff li { white-space: pre-wrap; min-height: 1lh; }
.diff .added { color: var(--good); }
.diff .removed { color: var(--bad); }
button { font: inherit; padding: 0.35rem 1rem; margin-right: 0.5rem; border: 1px solid var(--quiet); border-radius: 0.25rem; background: var(--shade); color: inherit; cursor: pointer; }
@media (max-width: 30rem) { header { position: static; } header form { flex-basis: 100%; } }
@media print { header, form { display: none; } }
`;
