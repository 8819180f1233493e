// Counts what an import has done, and says it.
import { isJobEnded, type ImportedJob } from '@ytscriptify/core'
import { countOf } from '../output/count-of.ts'
import type { Screen } from '../output/screen.ts'
import { printable, shortened } from '../output/printable.ts'
import type { ImportStep } from './import-jobs.ts'
import type { OldCounts } from './old-database.ts'
import { REMARKS, type Remark, type RemarkKind } from './remarks.ts'

export interface ImportSummary {
  add(step: ImportStep): void
  /** How many jobs are done with: for the progress. */
  readonly done: () => number
  /** Tells what there was to tell. */
  tell(screen: Screen, options: { readonly label: string; readonly owner: string; readonly counts: OldCounts }): void
}

/** So many of each kind are named. The rest is found by its message in the imported jobs. */
const MAX_NAMED = 5

interface KindOfRemark {
  count: number
  readonly named: string[]
}

export function createImportSummary(): ImportSummary {
  const stored = { jobs: 0, ended: 0, endedNow: 0, goingOn: 0, videos: 0, pending: 0 }
  let present = 0
  const kinds = new Map<RemarkKind, KindOfRemark>()

  return {
    add(step) {
      present += step.present
      for (const job of step.stored) addJob(job)
      for (const remark of step.remarks) addRemark(remark)
    },

    done: () => stored.jobs + present,

    tell(screen, { label, owner, counts }) {
      const { line, paint } = screen
      line(
        `Imported ${countOf(stored.jobs, 'job')} with ${countOf(stored.videos, 'video')} from ${label}, for "${owner}".`,
      )
      if (stored.ended > 0) line(`  ended before: ${stored.ended}. They are as they were, and send no callback.`)
      if (stored.endedNow > 0)
        line(`  ended by this: ${stored.endedNow}. Nothing was left to do; their callbacks are sent.`)
      if (stored.goingOn > 0)
        line(
          `  going on: ${stored.goingOn}, with ${countOf(stored.pending, 'video')} to do. A server or a worker takes them.`,
        )
      if (present > 0) line(`  here already: ${present}. They stay as they are.`)
      const notice = paint.yellow('notice:')
      if (counts.namelessJobs > 0) line(`${notice} jobs without an id, left behind: ${counts.namelessJobs}`)
      for (const [kind, { count, named }] of kinds) {
        line(`${notice} ${REMARKS[kind]}: ${count}`)
        for (const text of named) line(`  ${text}`)
        if (count > named.length && named.length === MAX_NAMED) line(`  … and ${count - named.length} more`)
      }
    },
  }

  function addJob({ status, transcripts }: ImportedJob): void {
    stored.jobs += 1
    stored.videos += transcripts.length
    const pending = transcripts.filter(({ state }) => state.type === 'pending').length
    stored.pending += pending
    if (isJobEnded(status)) stored.ended += 1
    else if (pending === 0) stored.endedNow += 1
    else stored.goingOn += 1
  }

  function addRemark({ kind, subject, detail, count = 1 }: Remark): void {
    const known = kinds.get(kind) ?? { count: 0, named: [] }
    kinds.set(kind, known)
    known.count += count
    if (known.named.length === MAX_NAMED) return
    known.named.push(printable(shortened(detail === undefined ? subject : `${subject}: ${detail}`, 200)))
  }
}
