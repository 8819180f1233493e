// The first schema.
import { sql, type ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull()

export const initial: Migration = {
  name: '0001-initial',

  async up(db, { columnTypes: types, identity, keepUncompressed }) {
    const jobOfRow = (column: ColumnDefinitionBuilder) => column.notNull().references('jobs.id').onDelete('cascade')

    await db.schema
      .createTable('jobs')
      .addColumn('id', types.text, key)
      .addColumn('owner', types.text, required)
      .addColumn('source', types.text, required)
      .addColumn('status', types.text, required)
      .addColumn('version', types.integer, required)
      .addColumn('total', types.integer, required)
      .addColumn('completed', types.integer, zero)
      .addColumn('failed', types.integer, zero)
      .addColumn('cancelled', types.integer, zero)
      .addColumn('created_at', types.instant, required)
      .addColumn('updated_at', types.instant, required)
      .addColumn('ended_at', types.instant)
      .addColumn('deadline_at', types.instant, required)
      .addColumn('timeout_ms', types.bigint, required)
      .addColumn('used_ms', types.bigint, zero)
      .addColumn('data_bytes', types.bigint, zero)
      .addColumn('callback_url', types.text)
      .addColumn('retry_of', types.text)
      .addColumn('idempotency_key', types.text)
      .addColumn('idempotency_hash', types.text)
      .addColumn('error_code', types.text)
      .addColumn('error_message', types.text)
      .addColumn('request', types.text, required)
      .addColumn('reuse', types.text, required)
      .execute()

    await db.schema
      .createTable('transcripts')
      .addColumn('id', types.id, identity)
      .addColumn('job_id', types.text, jobOfRow)
      .addColumn('position', types.integer, required)
      .addColumn('url', types.text, required)
      .addColumn('video_id', types.text, required)
      .addColumn('status', types.text, required)
      .addColumn('duplicate_of', types.integer)
      .addColumn('source', types.text, required)
      .addColumn('gate_key', types.text, required)
      .addColumn('request_key', types.text, required)
      .addColumn('attempt', types.integer, zero)
      .addColumn('failures', types.integer, zero)
      .addColumn('crashes', types.integer, zero)
      .addColumn('lost_by', types.text)
      .addColumn('closings', types.integer, zero)
      .addColumn('closed_opening', types.integer)
      .addColumn('run_at', types.instant, required)
      .addColumn('rank_at', types.instant, required)
      .addColumn('lease_until', types.instant)
      .addColumn('claimed_at', types.instant)
      .addColumn('claimed_by', types.text)
      .addColumn('error_code', types.text)
      .addColumn('error_message', types.text)
      .addColumn('error_details', types.text)
      .addColumn('language', types.text)
      .addColumn('kind', types.text)
      .addColumn('translated_from', types.text)
      .addColumn('fetched_at', types.instant)
      .addColumn('created_at', types.instant, required)
      .addColumn('updated_at', types.instant, required)
      .addColumn('data_bytes', types.integer)
      .addColumn('metadata', types.text)
      .addColumn('transcript_data', types.text)
      .addUniqueConstraint('transcripts_by_job', ['job_id', 'position'])
      .execute()
    await keepUncompressed?.('transcripts', 'transcript_data').execute(db)

    await db.schema
      .createTable('deliveries')
      .addColumn('id', types.text, key)
      .addColumn('job_id', types.text, jobOfRow)
      .addColumn('url', types.text, required)
      .addColumn('receiver', types.text, required)
      .addColumn('type', types.text, required)
      .addColumn('status', types.text, required)
      .addColumn('attempt', types.integer, zero)
      .addColumn('failures', types.integer, zero)
      .addColumn('run_at', types.instant, required)
      .addColumn('lease_until', types.instant)
      .addColumn('claimed_at', types.instant)
      .addColumn('claimed_by', types.text)
      .addColumn('created_at', types.instant, required)
      .addColumn('updated_at', types.instant, required)
      .addColumn('ended_at', types.instant)
      .execute()

    await db.schema
      .createTable('delivery_attempts')
      .addColumn('delivery_id', types.text, (column) =>
        column.notNull().references('deliveries.id').onDelete('cascade'),
      )
      .addColumn('attempt', types.integer, required)
      .addColumn('started_at', types.instant, required)
      .addColumn('ended_at', types.instant, required)
      .addColumn('status', types.integer)
      .addColumn('error', types.text)
      .addPrimaryKeyConstraint('delivery_attempts_key', ['delivery_id', 'attempt'])
      .execute()

    await db.schema
      .createTable('gates')
      .addColumn('source', types.text, required)
      .addColumn('key', types.text, required)
      .addColumn('closed_until', types.instant)
      .addColumn('closings', types.integer, zero)
      .addColumn('openings', types.integer, zero)
      .addColumn('probe_transcript_id', types.bigint)
      .addColumn('probe_attempt', types.integer)
      .addColumn('closed_by', types.bigint)
      .addPrimaryKeyConstraint('gates_key', ['source', 'key'])
      .execute()

    await db.schema
      .createTable('workers')
      .addColumn('id', types.text, key)
      .addColumn('name', types.text, required)
      .addColumn('host', types.text)
      .addColumn('lease_ms', types.integer, required)
      .addColumn('started_at', types.instant, required)
      .addColumn('seen_at', types.instant, required)
      .addColumn('lost_at', types.instant, required)
      .execute()

    // Lists, newest first.
    await db.schema.createIndex('jobs_listed').on('jobs').columns(['created_at', 'id']).execute()
    await db.schema.createIndex('jobs_by_owner').on('jobs').columns(['owner', 'created_at', 'id']).execute()
    await db.schema.createIndex('jobs_by_status').on('jobs').columns(['status', 'created_at', 'id']).execute()

    await db.schema
      .createIndex('jobs_by_idempotency_key')
      .unique()
      .on('jobs')
      .columns(['owner', 'idempotency_key'])
      .where(sql.ref('idempotency_key'), 'is not', null)
      .execute()

    await db.schema
      .createIndex('jobs_by_deadline')
      .on('jobs')
      .columns(['deadline_at', 'id'])
      .where(sql.ref('ended_at'), 'is', null)
      .execute()

    // What can be claimed, in the order of claims. Two indexes, because each row that waits for its time is in the
    // second, ranked by that time: so a claim reads exactly the rows that it takes.
    // docs/decisions/0010-claims-read-only-what-they-take.md
    await db.schema
      .createIndex('transcripts_ranked_ahead')
      .on('transcripts')
      .columns(['source', 'gate_key', 'rank_at', 'id'])
      .where(sql<boolean>`status = 'pending' and duplicate_of is null and rank_at > run_at`)
      .execute()
    await db.schema
      .createIndex('transcripts_ranked_in_time')
      .on('transcripts')
      .columns(['source', 'gate_key', 'rank_at', 'id'])
      .where(sql<boolean>`status = 'pending' and duplicate_of is null and rank_at <= run_at`)
      .execute()

    // The few whose worker died.
    await db.schema
      .createIndex('transcripts_crashed')
      .on('transcripts')
      .columns(['crashes', 'rank_at', 'id'])
      .where(sql<boolean>`status = 'pending' and duplicate_of is null and crashes > 0`)
      .execute()
    await db.schema
      .createIndex('transcripts_lost_by')
      .on('transcripts')
      .column('lost_by')
      .where(sql.ref('lost_by'), 'is not', null)
      .execute()

    await db.schema
      .createIndex('transcripts_leased')
      .on('transcripts')
      .columns(['lease_until', 'id'])
      .where(sql<boolean>`status = 'processing'`)
      .execute()

    await db.schema
      .createIndex('transcripts_repeated')
      .on('transcripts')
      .columns(['job_id', 'duplicate_of'])
      .where(sql<boolean>`status = 'pending' and duplicate_of is not null`)
      .execute()

    await db.schema
      .createIndex('transcripts_reusable')
      .on('transcripts')
      .columns(['source', 'request_key', 'fetched_at', 'id'])
      .where(sql<boolean>`status = 'completed' and duplicate_of is null`)
      .execute()

    await db.schema.createIndex('deliveries_by_job').on('deliveries').columns(['job_id', 'created_at']).execute()
    // By receiver first, so that a claim steps over what is waiting for a receiver that is busy.
    await db.schema
      .createIndex('deliveries_due')
      .on('deliveries')
      .columns(['receiver', 'run_at', 'id'])
      .where(sql<boolean>`status = 'pending'`)
      .execute()
    await db.schema
      .createIndex('deliveries_leased')
      .on('deliveries')
      .columns(['lease_until', 'id'])
      .where(sql<boolean>`status = 'processing'`)
      .execute()
  },
}
