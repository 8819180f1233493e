// All migrations, in their order; the version of a schema is how many of them it has. Append only.
import { initial } from './0001-initial.ts'
import { endedJobs } from './0002-ended-jobs.ts'
import type { Migration } from './migration.ts'

export const MIGRATIONS: readonly Migration[] = [initial, endedJobs]
