/** A name as a dialect of SQL writes it. SQLite itself writes names in single quotes. */
export const sqlName: string =
  /"(?:[^"\n]|""){1,999}"|'(?:[^'\n]|''){1,999}'|`[^`\n]{1,999}`|\[[^\]\n]{1,999}\]|[\p{L}_][\p{L}\p{N}_$#@]*/u
    .source;

/** Words that a dialect has between `create` and `table`; none that makes the table the object of another word. */
const words = String.raw`(?:(?!(?:create|for|on|as|of|is|in|to|from|returns|type|publication|table)\b)[a-z_]+\s+){0,5}?`;

/** The head of a statement that creates a table or a view, up to its name; the first group is the kind. */
export const createHead: string = String.raw`create\s+${words}(table|view)\b\s*(?:if\s+not\s+exists\b\s*)?`;
