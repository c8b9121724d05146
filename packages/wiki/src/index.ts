export {
  type CheckedCitation,
  checkCitation,
  type CitationState,
  type MovedLines,
  type WikiCheck,
  type WikiFinding,
} from "./check-wiki.ts";
export { type Citation, type NewCitation, printCitation } from "./citation.ts";
export { findLines } from "./find-lines.ts";
export { hashLines, type LineRange, linesOfSource } from "./cited-lines.ts";
export { linesNear } from "./lines-near.ts";
export { type EditedPage, editPageText, type PartEdit } from "./edit-page-text.ts";
export { contentHash } from "./content-hash.ts";
export { ignoreFolder } from "./ignore-folder.ts";
export { type FrontMatter, parseFrontMatter } from "./front-matter.ts";
export { type ListedPage, openWiki, type Wiki, type WikiOptions } from "./open-wiki.ts";
export type { PassedOverPage } from "./passed-over-page.ts";
export { checkPageName, toPageName } from "./page-name.ts";
export { createPagePatch, type PagePatch } from "./page-patch.ts";
export type { PageChange, PageReader, PageSink, PageVersion, PageWritten } from "./page-sink.ts";
export { type CitedPlace, resolveCitation } from "./resolve-citation.ts";
export { type Claim, claimsOf, retireSource } from "./retire-source.ts";
export type { PageLink } from "./scan-links.ts";
export type { FootnoteReference, PageHeading } from "./scan-markdown.ts";
export type { SearchHit, SearchOptions } from "./search-pages.ts";
export { openSources, type SourceFile, type Sources, type SourcesOptions } from "./sources.ts";
export { applyEdits, type TextEdit } from "./text-edit.ts";
export { normaliseTitle, type PageProblem, parsePage, type WikiPage } from "./wiki-page.ts";
export { type PageWriteInput, type PageWriteOptions, pageWriteTool } from "./page-write-tool.ts";
export {
  type PageToolOptions,
  printEnvelope,
  sourceReadTool,
  type WikiReadOptions,
  wikiReadTool,
  wikiSearchTool,
  wikiWhyTool,
} from "./wiki-tools.ts";
export { WikiError, type WikiErrorCode } from "./wiki-error.ts";
export { type WrittenPage, writePageText } from "./write-page-text.ts";
