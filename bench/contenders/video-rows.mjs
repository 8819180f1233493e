// The table that somebody makes for themselves beside a queue from npm, and the writes that ours makes too: a row for each video,
// and its text in it.
import { encodeSegments } from '@ytscriptify/core'
import pg from 'pg'
import { storedText, stubSource } from '../lib/stub-source.mjs'

const POOL_SIZE = 20

/** As many connections as ours has. */
export const openPool = (databaseUrl) => new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE })

/** `writes` counts the results, so that one recorded twice is seen. The text is stored as ours is: by lz4 where there is one. */
export async function createRows(databaseUrl) {
  await withClient(databaseUrl, (client) =>
    client.query(`
      create table videos (
        id bigint generated always as identity primary key,
        job_id text not null,
        url text not null,
        status text not null default 'pending',
        writes integer not null default 0,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        transcript_data text
      );
      do $$ begin
        alter table videos alter column transcript_data set compression lz4;
      exception when feature_not_supported then
        alter table videos alter column transcript_data set storage external;
      end $$`),
  )
}

/** @returns the ids of the rows, one for each URL. */
export async function insertRows(client, jobId, urls) {
  const { rows } = await client.query({
    name: 'insert-rows',
    text: 'insert into videos (job_id, url) select $1, unnest($2::text[]) returning id',
    values: [jobId, urls],
  })
  return rows.map(({ id }) => id)
}

/** Both or neither: rows and tasks in one commit. */
export async function inTransaction(pool, work) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    client.release(error)
    throw error
  }
}

/** The task of every queue: fetch the text as our source does, and record it. */
export function videoTask({ pool, latencyMs, onStart, onDone }) {
  const source = stubSource({ latencyMs, onFetch: onStart })
  return async ({ id, url }) => {
    const { videoId } = source.parse(url)
    const { segments } = await source.fetch({ videoId }, {})
    await pool.query({
      name: 'record-result',
      text: `update videos set status = 'completed', writes = writes + 1, updated_at = now(), transcript_data = $2 where id = $1`,
      values: [id, encodeSegments(segments)],
    })
    onDone(videoId)
  }
}

/** @param unfinished - How many tasks the queue still has. */
export async function checkRows(databaseUrl, { videos, unfinished }) {
  const { completed, repeated } = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query({
      text: `select count(*) filter (where status = 'completed' and octet_length(transcript_data) = $1)::int as completed,
        coalesce(sum(greatest(writes - 1, 0)), 0)::int as repeated from videos`,
      values: [Buffer.byteLength(storedText())],
    })
    return rows[0]
  })
  return { missing: videos - completed + unfinished, repeated }
}

export async function withClient(databaseUrl, use) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
