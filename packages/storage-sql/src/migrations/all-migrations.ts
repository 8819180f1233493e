// All migrations, in their order; the version of a schema is how many of them it has. Append only.
import { initial } from './0001-initial.ts'
import { jobIndexes } from './0002-job-indexes.ts'
import type { Migration } from './migration.ts'

export const MIGRATIONS: readonly Migration[] = [initial, jobIndexes]
