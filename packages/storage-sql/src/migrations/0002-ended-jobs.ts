// Finds the jobs that ended lately, and those that ended long ago.
import { sql } from 'kysely'
import type { Migration } from './migration.ts'

export const endedJobs: Migration = {
  name: '0002-ended-jobs',

  async up(db) {
    await db.schema
      .createIndex('jobs_ended')
      .on('jobs')
      .columns(['ended_at', 'id'])
      .where(sql.ref('ended_at'), 'is not', null)
      .execute()
  },
}
