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

/** An entry of a database that has no page, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** The tables of one database, and the check of a join against its data. */
export interface Database extends Disposable {
  readonly tables: readonly Table[];
  /** Entries that a scan does not describe, such as views. */
  readonly skipped: readonly Skipped[];
  /** Tables whose statements could not be read, each with its line. */
  readonly unread: readonly Skipped[];
  /** True where there may be more tables than are known. */
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
