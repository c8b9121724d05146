import { parse, TomlError } from "smol-toml";

/** A value of TOML, as the text alone gives it. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * The text of TOML without the statements that give a value to an entry, and without the headers of its tables,
 * wherever they stand. Comments between the statements of one table go with them, and so does one blank line in front
 * of a header. Every other byte stays. Pure.
 *
 * @param hasEntry for the settings that one statement makes in its table.
 */
export function cutTomlStatements(text: string, hasEntry: (settings: Settings) => boolean): string {
  const kept: string[] = [];
  // Comments and blank lines behind a cut statement: they go if another one of its table follows.
  let between: string[] = [];
  let header = "";
  let isCut = false;
  for (const statement of statementsOf(text)) {
    const start = statement.trimStart();
    if (isCut && (start === "" || start.startsWith("#"))) {
      between.push(statement);
      continue;
    }
    const isHeader = start.startsWith("[");
    const wasCut = isCut;
    if (isHeader) header = statement;
    isCut = hasEntry(settingsOf(isHeader ? header : `${header}\n${statement}`) ?? {});
    if (!isCut || isHeader || !wasCut) kept.push(...between);
    between = [];
    if (!isCut) kept.push(statement);
    else if (isHeader && kept.at(-1)?.trim() === "") kept.pop();
  }
  return [...kept, ...between].join("");
}

/** Each header, key with its value, comment and blank line, with its line break. A value may have several lines. */
function* statementsOf(text: string): Generator<string> {
  let statement = "";
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    statement += line;
    if (settingsOf(statement) === undefined) continue;
    yield statement;
    statement = "";
  }
  if (statement !== "") yield statement;
}

function settingsOf(text: string): Settings | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}
