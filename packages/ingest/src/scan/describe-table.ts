import { z } from "zod";
import { wrapData } from "../run/envelope.ts";
import { checkClaimText, plainLine } from "../run/claim-text.ts";
import { type Database, joins, type Table, type TableJoin } from "./table.ts";

/** The model's answer about one table. */
export interface TableDescription {
  readonly purpose: string;
  readonly grain: string;
  readonly columns: readonly { readonly name: string; readonly meaning: string }[];
  readonly joins: readonly {
    readonly column: string;
    readonly toTable: string;
    readonly toColumn: string;
  }[];
}

export const tableDescription: z.ZodType<TableDescription, TableDescription> = z.object({
  purpose: z.string().max(500),
  grain: z.string().max(500),
  columns: z.array(z.object({ name: z.string(), meaning: z.string().max(500) })),
  joins: z.array(z.object({ column: z.string(), toTable: z.string(), toColumn: z.string() })),
});

/** The text that the model reads of a table. The names of the others are bounded, so that it stays short. */
export function writeTablePrompt(table: Table, tables: readonly Table[]): string {
  const others = tables
    .filter(({ name }) => name !== table.name)
    .slice(0, 200)
    .map(
      ({ name, columns }) =>
        `${name}(${columns
          .slice(0, 40)
          .map((one) => one.name)
          .join(", ")})`,
    );
  const columns = table.columns.map(({ name, type }) => `- ${name} ${type}`);
  const text = [
    `table ${table.name}`,
    ...columns,
    "",
    table.details.slice(0, 8_000),
    "",
    "other tables:",
    ...others,
  ].join("\n");
  return `Describe the table ${JSON.stringify(table.name)}.\n\n${wrapData(table.name, text)}`;
}

export interface CheckedJoin extends TableJoin {
  /** False where there is no data to compare. */
  readonly isChecked: boolean;
}

/** The joins of an answer that name columns that there are, and that the data does not refute. */
export function keepJoins(
  table: Table,
  description: TableDescription,
  database: Pick<Database, "tables" | "check">,
): readonly CheckedJoin[] {
  return description.joins.flatMap((one): readonly CheckedJoin[] => {
    const join = { table: table.name, ...one };
    if (!joins(database.tables, join) || isItself(join)) return [];
    const found = database.check(join);
    return found === "disagrees" ? [] : [{ ...join, isChecked: found === "agrees" }];
  });
}

/** The data of a column always agrees with itself, which says nothing. */
function isItself({ table, column, toTable, toColumn }: TableJoin): boolean {
  return table === toTable && column === toColumn;
}

/** The Markdown of a table's page, without its front matter. What the model wrote is plain text in it. */
export function writeTableBody(
  table: Table,
  { purpose, grain, columns }: TableDescription,
  kept: readonly CheckedJoin[],
): string {
  const meanings = new Map(columns.map(({ name, meaning }) => [name, cell(meaning)]));
  return [
    `# ${plainLine(table.name, 120) || "Unnamed table"}`,
    said(purpose),
    `One row: ${said(grain)}`,
    [
      "## Columns",
      "",
      "| column | type | meaning |",
      "| --- | --- | --- |",
      ...table.columns.map(
        ({ name, type }) => `| ${cell(name)} | ${cell(type)} | ${meanings.get(name) ?? ""} |`,
      ),
    ].join("\n"),
    ...(kept.length === 0
      ? []
      : [
          [
            "## Joins",
            "",
            ...kept.map(
              ({ column, toTable, toColumn, isChecked }) =>
                `- ${cell(column)} to ${cell(toTable)}.${cell(toColumn)}${isChecked ? ": the data agrees" : ": not checked, there is no data"}`,
            ),
          ].join("\n"),
        ]),
  ].join("\n\n");
}

function said(text: string): string {
  const checked = checkClaimText(text);
  return "text" in checked ? checked.text : plainLine(text, 500);
}

function cell(text: string): string {
  return plainLine(text, 500);
}
