// A storage on a SQL database: opens it at its first use, groups what is written, and closes after the work in hand.
import type { Kysely } from 'kysely'
import { TranscriptionError, type NewJob, type Settlement, type TranscriptionStorage } from '@ytscriptify/core'
import { cancelJob } from './cancel-job.ts'
import { createClaimDeliveries } from './claim-deliveries.ts'
import { createClaim } from './claim-transcripts.ts'
import { expireTranscripts } from './expire-transcripts.ts'
import { findReusable } from './find-reusable.ts'
import { inGroups } from './in-groups.ts'
import { importJobs } from './import-jobs.ts'
import { createJobReads } from './job-reads.ts'
import { listActive, listWorkers } from './list-active.ts'
import { listDeliveries } from './list-deliveries.ts'
import { SCHEMA_VERSION, migrate } from './migrate.ts'
import { checkNamespace, namespacePlugin, type Namespace } from './namespace.ts'
import { purgeJobs } from './purge-jobs.ts'
import { listGates, listJobs } from './read-jobs.ts'
import { createReadStats } from './read-stats.ts'
import { renewLeases } from './renew-leases.ts'
import { replayDelivery } from './replay-delivery.ts'
import type { Database, Tables } from './schema.ts'
import { settleAttempts } from './settle-attempts.ts'
import { settleDeliveries } from './settle-deliveries.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { submitJobs } from './submit-jobs.ts'
import { removeWorker } from './workers.ts'

export interface SqlStorageOptions extends Namespace {
  readonly db: Kysely<Tables>
  readonly traits: SqlDialectTraits
  /** Frees what the storage works on, when it is closed. */
  readonly close: () => Promise<void>
  /** Whether an older schema is brought up to date at the first use. Otherwise it is refused. @default true */
  readonly migrate?: boolean
}

/**
 * Touches nothing until its first use.
 *
 * @throws {TranscriptionError} `invalid_input` when schema or prefix is no plain name.
 */
export function sqlStorage(options: SqlStorageOptions): TranscriptionStorage {
  const { traits } = options
  checkNamespace(options)
  const plugin = namespacePlugin(options)
  const db = plugin ? options.db.withPlugin(plugin) : options.db
  const { using, close } = lifeOf(db, options)
  const write = <T>(work: (trx: Database) => Promise<T>): Promise<T> => using(() => traits.write(db, work))
  const read = <T>(work: (reader: Database) => Promise<T>): Promise<T> => using(() => traits.read(db, work))

  const grouped = <Item, Result>(
    commit: (trx: Database, items: readonly Item[], traits: SqlDialectTraits) => Promise<readonly Result[]>,
    weightOf: (item: Item) => number,
  ) =>
    inGroups<Item, Result>({
      ...GROUP_LIMITS,
      weightOf,
      parallel: traits.parallelWrites,
      run: (items) => traits.write(db, (trx) => commit(trx, items, traits)),
      isGeneral: (error) => traits.errorOf(error) !== undefined,
    })
  const insert = grouped(submitJobs, ({ transcripts }: NewJob) => transcripts.length * WEIGHT_OF_ROW)
  const settle = grouped(settleAttempts, ({ outcome }: Settlement) =>
    outcome.type === 'completed' ? outcome.content.data.length : WEIGHT_OF_ROW,
  )
  const settleDelivery = grouped(settleDeliveries, () => WEIGHT_OF_ROW)

  const { getJob, listTranscripts } = createJobReads(db, traits)
  const claim = createClaim(db, traits)
  const readStats = createReadStats(traits)
  const claimDeliveries = createClaimDeliveries(db, traits)

  return {
    schemaVersion: SCHEMA_VERSION,
    ready: () => using(() => Promise.resolve()),
    close,
    insertJob: (job) => using(() => insert(job)),
    getJob: (query) => using(() => getJob(query)),
    listJobs: (query) => read((reader) => listJobs(reader, query, traits)),
    listTranscripts: (query) => using(() => listTranscripts(query)),
    cancelJob: (query) => write((trx) => cancelJob(trx, query, traits)),
    claim: (options) => using(() => claim(options)),
    renew: (options) => using(() => renewLeases(db, options, traits)),
    settle: (settlement) => using(() => settle(settlement)),
    expire: (options) => using(() => expireTranscripts(db, options, traits)),
    findReusable: (lookups) => read((reader) => findReusable(reader, lookups, traits)),
    removeWorker: (id) => write((trx) => removeWorker(trx, id)),
    listGates: () => read((reader) => listGates(reader, traits)),
    listDeliveries: (jobId) => read((reader) => listDeliveries(reader, jobId, traits)),
    claimDeliveries: (options) => using(() => claimDeliveries(options)),
    settleDelivery: (settlement) => using(() => settleDelivery(settlement)),
    replayDelivery: (query) => write((trx) => replayDelivery(trx, query, traits)),
    importJobs: (jobs) => using(() => importJobs(db, jobs, traits)),
    purgeJobs: (options) => using(() => purgeJobs(db, options, traits)),
    listActive: (options) => read((reader) => listActive(reader, options, traits)),
    listWorkers: () => read((reader) => listWorkers(reader, traits)),
    stats: () => read((reader) => readStats(reader)),
  }
}

/** A group is bounded, so that others get their turn: in items, and in bytes (a three-hour video has 1 MB of text). */
const GROUP_LIMITS = { maxItems: 64, maxWeight: 8_000_000 }

/** What a row without a text weighs, in bytes, roughly. */
const WEIGHT_OF_ROW = 500

/** Opens at the first use, anew where that failed, and closes once, after the work in hand. */
function lifeOf(db: Database, { traits, close: free, migrate: apply = true, ...namespace }: SqlStorageOptions) {
  const inHand = new Set<Promise<unknown>>()
  let opening: Promise<void> | undefined
  let closing: Promise<void> | undefined

  const open = (): Promise<void> => {
    opening ??= migrate(db, traits, { namespace, apply }).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  return {
    using<T>(work: () => Promise<T>): Promise<T> {
      if (closing) return Promise.reject(closed(traits))
      const working = open()
        .then(work)
        .catch((error: unknown) => {
          throw traits.errorOf(error) ?? error
        })
        .finally(() => inHand.delete(working))
      inHand.add(working)
      return working
    },

    close(): Promise<void> {
      closing ??= Promise.allSettled(inHand).then(free)
      return closing
    },
  }
}

const closed = ({ label }: SqlDialectTraits): TranscriptionError =>
  new TranscriptionError('storage_unavailable', `The storage on ${label} was closed.`, {
    hint: 'Close a storage only when nobody uses it any more.',
  })
