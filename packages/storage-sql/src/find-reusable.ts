// Finds stored texts that may stand in for a new fetch: one query for all lookups.
import { sql } from 'kysely'
import type { ReusableTranscript, ReuseLookup } from '@ytscriptify/core'
import { readClock } from './read-clock.ts'
import { toReusable } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { valuesList } from './values-list.ts'

export async function findReusable(
  db: Database,
  lookups: readonly ReuseLookup[],
  traits: SqlDialectTraits,
): Promise<readonly (ReusableTranscript | undefined)[]> {
  if (lookups.length === 0) return []
  const now = await readClock(db, traits)
  const wanted = lookups.map(({ source, requestKey, owner = null, maxAgeMs }, lookup) => ({
    lookup,
    source,
    request_key: requestKey,
    owner,
    oldest: traits.instant.encode(now - maxAgeMs),
  }))
  const types = { lookup: 'integer', source: 'text', request_key: 'text', owner: 'text', oldest: 'instant' } as const
  const rows = await db
    .with('wanted', () => valuesList(wanted, types, traits))
    .selectFrom('wanted')
    .innerJoin('transcripts as found', (join) =>
      join.on(({ eb, selectFrom }) =>
        eb(
          'found.id',
          '=',
          selectFrom('transcripts')
            .select('transcripts.id')
            .whereRef('transcripts.source', '=', 'wanted.source')
            .whereRef('transcripts.request_key', '=', 'wanted.request_key')
            .where('transcripts.status', '=', sql.lit('completed'))
            .where('transcripts.duplicate_of', 'is', null)
            .whereRef('transcripts.fetched_at', '>=', 'wanted.oldest')
            .where((inner) =>
              inner.or([
                inner('wanted.owner', 'is', null),
                inner.exists(
                  inner
                    .selectFrom('jobs')
                    .select('jobs.id')
                    .whereRef('jobs.id', '=', 'transcripts.job_id')
                    .whereRef('jobs.owner', '=', 'wanted.owner'),
                ),
              ]),
            )
            .orderBy('transcripts.fetched_at', 'desc')
            .orderBy('transcripts.id', 'desc')
            .limit(sql.lit(1)),
        ),
      ),
    )
    .select(['wanted.lookup', 'found.language', 'found.kind', 'found.translated_from', 'found.metadata'])
    .select(['found.fetched_at', 'found.transcript_data'])
    .execute()
  const found = new Map(rows.map((row) => [row.lookup, toReusable(row, traits)]))
  return lookups.map((_, index) => found.get(index))
}
