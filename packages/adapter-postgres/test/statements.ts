// A storage whose statements can be looked at: what it ran, and how PostgreSQL goes about each.
import type { TranscriptionStorage } from '@ytscriptify/core'
import type pg from 'pg'
import { postgresStorage, type PostgresPool } from '../src/index.ts'

export interface WatchedStatement {
  readonly text: string
  readonly values: unknown[]
}

export interface WatchedStorage {
  readonly storage: TranscriptionStorage
  /** Moves the clock of the storage on, or back. */
  advance(ms: number): void
  /** Runs `work`, and gives the statements that it ran, in their order, without those that begin and end transactions. */
  watch(work: () => Promise<unknown>): Promise<readonly WatchedStatement[]>
}

export function watchedStorage(pool: pg.Pool, schema: string): WatchedStorage {
  let offsetMs = 0
  let noted: WatchedStatement[] = []
  const watched: PostgresPool = {
    async connect() {
      const client = await pool.connect()
      return {
        query(text, values = []) {
          noted.push({ text: text.trim(), values })
          return client.query(text, values)
        },
        release: () => client.release(),
        on: () => undefined,
      }
    },
    end: () => Promise.resolve(),
    on: () => undefined,
  }
  return {
    storage: postgresStorage({ pool: watched, schema, clockOffsetMs: () => offsetMs }),
    advance: (ms) => void (offsetMs += ms),
    async watch(work) {
      noted = []
      await work()
      return noted.filter(({ text }) => /^(select|with|insert|update|delete)/.test(text))
    },
  }
}

/** A node of a plan, as `explain (format json)` names its parts. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

/** The nodes of its plan, from the top. */
export async function planOf(pool: pg.Pool, { text, values }: WatchedStatement): Promise<readonly PlanNode[]> {
  const { rows } = await pool.query<Explained>(`explain (format json) ${text}`, values)
  return rows.flatMap(nodesOf)
}

/** The nodes of its plan, with what each of them did. The statement is run, and taken back. */
export async function runOf(pool: pg.Pool, { text, values }: WatchedStatement): Promise<readonly PlanNode[]> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<Explained>(`explain (analyze, buffers, format json) ${text}`, values)
    return rows.flatMap(nodesOf)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** How many rows these nodes fetched from tables and indexes, those included that a filter threw away. */
export const rowsRead = (nodes: readonly PlanNode[]): number =>
  nodes
    .filter((node) => node['Node Type'].endsWith('Scan') && node['Relation Name'] !== undefined)
    .reduce((sum, node) => sum + (node['Actual Loops'] ?? 0) * rowsOfLoop(node), 0)

const rowsOfLoop = (node: PlanNode): number =>
  (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[]
}

const nodesOf = ({ 'QUERY PLAN': plans }: Explained): readonly PlanNode[] => plans.flatMap(({ Plan }) => within(Plan))

const within = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(within)]
