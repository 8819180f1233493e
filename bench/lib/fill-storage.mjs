// A storage after years of work: jobs of one video each, most of them ended, some thousands that are not.
import { encodeSegments } from '@ytscriptify/core'
import { errorOf, importedJobOf } from '@ytscriptify/core/testing'
import { segmentsOf } from './stub-source.mjs'

export const OWNERS = Array.from({ length: 20 }, (_, index) => `owner${index}`)

/** Has ten jobs, which all have completed. */
export const RARE_OWNER = 'rare'

const GROUP = 1_000
const SPAN_MS = 90 * 24 * 3_600_000
const PENDING = 4_000
/** A small text: what is measured is the number of rows. */
const data = encodeSegments(segmentsOf(4))

/** When a job was created: they are spread evenly over the time until today. */
export const createdAtOf = (number, { jobs, now }) => new Date(now - SPAN_MS + Math.floor((number / jobs) * SPAN_MS))

/** @param options.now - Milliseconds since 1970, of today. */
export async function fillStorage(storage, { jobs, now, onProgress }) {
  const pending = Math.min(PENDING, Math.floor(jobs / 4))
  for (let first = 0; first < jobs; first += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, jobs - first) }, (_, index) => {
      const number = first + index
      return jobAt(number, { createdAt: createdAtOf(number, { jobs, now }), isPending: number >= jobs - pending })
    })
    await storage.importJobs(group)
    onProgress(first + group.length)
  }
  await putOff(storage, Math.floor(pending / 2))
}

function jobAt(number, { createdAt, isPending }) {
  const updatedAt = new Date(createdAt.getTime() + 20_000)
  const { status, state } = isPending ? { status: 'pending', state: { type: 'pending' } } : endOf(number, updatedAt)
  const { transcripts, ...job } = importedJobOf(`v${String(number).padStart(10, '0')}`, {
    id: idAt(number, createdAt),
    owner: number >= 10 && number < 20 ? RARE_OWNER : OWNERS[(number * 7) % OWNERS.length],
    source: 'youtube',
    status,
    createdAt,
    updatedAt,
    states: [state],
  })
  return { ...job, transcripts: transcripts.map((transcript) => ({ ...transcript, createdAt, updatedAt })) }
}

function endOf(number, fetchedAt) {
  if (number % 100 < 6) return { status: 'failed', state: { type: 'failed', error: errorOf('transcripts_disabled') } }
  if (number % 100 < 9) return { status: 'cancelled', state: { type: 'cancelled' } }
  const content = { language: 'en', kind: 'generated', metadata: { title: `Video ${number}` }, data }
  return { status: 'completed', state: { type: 'completed', content, fetchedAt } }
}

/** Like those of the service: the time first. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */
function idAt(number, createdAt) {
  const time = createdAt.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** Leaves them in back-off, each for an hour or more. */
async function putOff(storage, count) {
  const worker = { id: 'fill', name: 'fill', leaseMs: 600_000 }
  for (let left = count; left > 0; left -= 500) {
    const limit = Math.min(left, 500)
    const { transcripts } = await storage.claim({ source: 'youtube', worker, limit, maxCrashes: 3 })
    await Promise.all(
      transcripts.map(({ lease }, index) =>
        storage.settle({
          lease,
          outcome: {
            type: 'retry',
            error: errorOf('source_timeout'),
            afterMs: 3_600_000 + index,
            countsAsFailure: true,
            answered: false,
          },
        }),
      ),
    )
  }
  await storage.removeWorker(worker.id)
}
