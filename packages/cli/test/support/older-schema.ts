// A database as an older version of ytscriptify left it: as far as it knows, with the first schema alone.
import { loadDriver } from './old-database.ts'

export function makeOlder(file: string): void {
  const database = new (loadDriver().DatabaseSync)(file)
  database.exec('DELETE FROM ytscriptify_migrations WHERE version > 1')
  database.close()
}

export function schemaOf(file: string): unknown {
  const database = new (loadDriver().DatabaseSync)(file)
  const [row] = database.prepare('SELECT max(version) AS version FROM ytscriptify_migrations').all()
  database.close()
  return (row as { version: unknown }).version
}
