export type SqlDialect = "mysql" | "postgresql" | "tsql" | "oracle" | "sqlite" | "other";

/** By their signs: each that a script has counts once. Each is found in linear time. */
const signs: readonly (readonly [SqlDialect, weight: number, RegExp])[] = [
  ["postgresql", 5, /^-- PostgreSQL database dump/m],
  ["postgresql", 5, /^copy [^\n;]{1,2000} from stdin/im],
  ["postgresql", 1, /(?<=[\s(,=])E'/],
  ["postgresql", 1, /\$\$|\$[a-z_]{1,30}\$/i],
  ["postgresql", 1, /::[a-z]|\b(?:timestamptz|jsonb|plpgsql|bytea|search_path|(?:big)?serial)\b/i],
  ["mysql", 5, /^-- (?:MySQL|MariaDB) dump/m],
  // In a dialect without such escapes, no text ends in front of a letter.
  ["mysql", 2, /\\'[\p{L}\p{N}]/u],
  ["mysql", 1, /\b(?:table|into|exists|from|on|key|database|use) `|^[ \t]*`[^`\n]{1,99}` [a-z]/im],
  ["mysql", 1, /\bengine ?= ?[a-z]/i],
  ["mysql", 1, /\/\*!/],
  ["mysql", 1, /\bauto_increment\b/i],
  ["mysql", 1, /^(?:#|delimiter |lock tables )/im],
  ["tsql", 2, /^go[ \t]*$/im],
  ["tsql", 1, /\b(?:table|into|exists|from|on|database|use|references) \[[a-z]/i],
  ["tsql", 1, /^[ \t]*\[[^\]\n]{1,99}\] \[?[a-z]/im],
  ["tsql", 1, /\[dbo\]|\bdbo\.|\bidentity ?\(|\bnvarchar\b/i],
  ["oracle", 2, /^\/[ \t]*$/m],
  ["oracle", 1, /(?<=[\s(,=])n?q'[^\w\s']/i],
  ["oracle", 1, /\bvarchar2\b|\bnumber ?\(|\bsysdate\b|^(?:prompt|rem) /im],
  ["sqlite", 3, /^pragma foreign_keys/im],
  ["sqlite", 1, /\bautoincrement\b|\bsqlite_[a-z]|\bwithout rowid\b/i],
];

/** The dialect of which a script has the most signs; `other` where it has none. Pure. */
export function dialectOf(text: string): SqlDialect {
  const weights = new Map<SqlDialect, number>();
  for (const [dialect, weight, sign] of signs)
    if (sign.test(text)) weights.set(dialect, (weights.get(dialect) ?? 0) + weight);
  const [most] = [...weights].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? "other";
}
