// Migrations as later versions bring them: they only add, so that the version before goes on beside the new one. Only tests
// know of them.

/** So many more than there are, one table each, as ours do. */
export function nextSchema(count) {
  const migrations = Array.from(
    { length: count },
    (_, index) => `{
      name: "chaos-${index + 1}",
      up: (db) => db.schema.alterTable("jobs").addColumn("chaos_${index + 1}", "integer").execute(),
    }`,
  )
  return [[/(var MIGRATIONS = \[\s*initial\b[^\]]*)\]/, `$1, ${migrations.join(', ')}]`]]
}
