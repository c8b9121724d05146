/** A table of a database, as far as it is known. */
export interface Table {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** More that is known: its DDL, or the texts of a dbt model. */
  readonly details: string;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
}

/** The tables of one database, and the check of a join against its data. */
export interface Database extends Disposable {
  readonly tables: readonly Table[];
  /** Statements and entries that could not be read, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** True where what was skipped may be tables that are there. */
  readonly isPartial: boolean;
  /** `agrees`: each value is found; `disagrees`; `no-data`: it has no values to compare. */
  readonly check: (join: TableJoin) => "agrees" | "disagrees" | "no-data";
}

export interface TableJoin {
  readonly table: string;
  readonly column: string;
  readonly toTable: string;
  readonly toColumn: string;
}

/** True where a join names columns that there are. */
export function joins(tables: readonly Table[], join: TableJoin): boolean {
  const has = (name: string, column: string): boolean =>
    tables.some((one) => one.name === name && one.columns.some((own) => own.name === column));
  return has(join.table, join.column) && has(join.toTable, join.toColumn);
}
