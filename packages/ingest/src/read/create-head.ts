/** A name as a dialect of SQL writes it. SQLite itself writes names in single quotes. */
export const sqlName: string =
  /"(?:[^"\n]|""){1,999}"|'(?:[^'\n]|''){1,999}'|`[^`\n]{1,999}`|\[[^\]\n]{1,999}\]|[\p{L}_][\p{L}\p{N}_$#@]*/u
    .source;

/** White space and comments between two words. Bounded, as all of this: it is tried at many places of a script. */
const gap = String.raw`(?:\s|--[^\n]{0,999}\n|/\*(?:[^*]|\*(?!/)){0,999}\*/)`;

/** Words that a dialect has between `create` and `table`; none that makes the table the object of another word. */
const words = `(?:(?!(?:create|for|on|as|of|is|in|to|from|returns|type|publication|table)\\b)[a-z_]+${gap}{1,200}){0,5}?`;

/** The head of a statement that creates a table or a view, up to its name; the first group is the kind. */
export const createHead: string = String.raw`create${gap}{1,200}${words}(table|view)\b${gap}{0,200}(?:if\s+not\s+exists\b${gap}{0,200})?`;
