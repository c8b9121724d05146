import { DatabaseSync } from "node:sqlite";

/** A small shop, in memory. */
export function openOrders(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(`
    create table orders (id integer primary key, customer text, euros real, returned integer);
    insert into orders values
      (1, 'Ada', 120.0, 0), (2, 'Grace', 80.0, 1), (3, 'Ada', 45.5, 0), (4, 'Edsger', 12.0, 0);
  `);
  // From now on, SQLite itself refuses every statement that writes.
  database.exec("pragma query_only = on");
  return database;
}
