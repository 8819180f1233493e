// One run: processes are started on a new store, disturbed at random while work comes in, left alone until all has ended,
// and judged by a journal that the engine knows nothing of.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from '../cluster/journal.ts'
import type { Entry } from './entries.ts'
import { PATIENCE_MS, PATIENCE_WITHOUT_GUARD_MS } from './figures.ts'
import { judge } from './judge.ts'
import { live } from './live.ts'
import { reportOn, type Report } from './report.ts'
import { openStage } from './stage.ts'
import type { StorageKind } from './store.ts'

export interface ChaosRunOptions {
  readonly storage: StorageKind
  readonly seed: number
  /** How long things go wrong, in seconds. */
  readonly seconds: number
  /** A guard that is taken out of the engine, by its name in guards.mjs. */
  readonly without?: string | undefined
}

export interface ChaosRun {
  readonly options: ChaosRunOptions
  readonly violations: readonly string[]
  readonly report: Report
  readonly entries: readonly Entry[]
  /** Where the journal and the database are. */
  readonly folder: string
  /** Deletes them. */
  forget(): void
}

export async function runChaos(options: ChaosRunOptions): Promise<ChaosRun> {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-chaos-'))
  const journal = openJournal<Entry>(join(folder, 'journal'))
  const write = (entry: Entry): void => journal.write(entry)
  try {
    await fillJournal(options, { folder, write })
    const entries = journal.entries()
    return {
      options,
      violations: judge(entries),
      report: reportOn(entries),
      entries,
      folder,
      forget: () => rmSync(folder, { recursive: true, force: true }),
    }
  } finally {
    journal.close()
  }
}

interface Recording {
  readonly folder: string
  readonly write: (entry: Entry) => void
}

async function fillJournal(options: ChaosRunOptions, recording: Recording): Promise<void> {
  const stage = await openStage({ ...options, ...recording })
  const patienceMs = options.without === undefined ? PATIENCE_MS : PATIENCE_WITHOUT_GUARD_MS
  try {
    await live(stage, { ...options, ...recording, patienceMs })
  } finally {
    await stage.close()
  }
}
