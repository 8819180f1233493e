// SQLite without anything of ours: what the engine's figures are compared with. As durable as the engine's own file.
import { DatabaseSync } from '@photostructure/sqlite'

export function openBareDatabase(filename) {
  const database = new DatabaseSync(filename)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, status TEXT NOT NULL, data TEXT)')
  return database
}
