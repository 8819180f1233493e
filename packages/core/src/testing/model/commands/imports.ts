// Jobs that come from elsewhere, open or ended, once or again.
import fc from 'fast-check'
import type { ImportedJob, ImportedState } from '../../../imported-job.ts'
import { isJobEnded } from '../../../job.ts'
import { contentOf, errorOf, importedJobOf } from '../../builders.ts'
import { commandOf, nthOf } from '../command.ts'
import type { Replica } from '../replica.ts'
import { nextIdOf } from '../state.ts'
import { importJobs } from '../submitting.ts'
import { MINUTE, wholeMinute } from '../views.ts'
import { callbackUrl, given, minutes, owner, sometimes, source, videoId } from './choices.ts'

const importedState = fc.constantFrom<ImportedState['type']>('pending', 'completed', 'failed', 'cancelled')

const importOptions = fc.record({
  videos: fc.array(fc.record({ videoId, state: importedState }), { minLength: 1, maxLength: 3 }),
  owner,
  source,
  // Used where no video of it is pending.
  status: fc.constantFrom('processing', 'completed', 'failed', 'cancelled'),
  callbackUrl: fc.option(callbackUrl, { nil: undefined }),
  maxAgeMs: minutes(8, 1_000),
  // How long ago it was elsewhere.
  agoMs: minutes(1, 100),
})
type ImportOptions = typeof importOptions extends fc.Arbitrary<infer T> ? T : never

const importsOf = (jobs: fc.Arbitrary<ImportOptions[]>) =>
  fc.record({ jobs, again: sometimes(fc.nat()) }).map(
    commandOf({
      name: 'import',
      async take(stage, { jobs: drawn, again }) {
        const { model } = stage
        // An import is repeated with what is there already.
        const known = again === undefined ? undefined : nthOf(model.jobs, again)?.input.id
        const ids = drawn.map((_, index) => (index === 0 ? known : undefined) ?? nextIdOf(model, index))
        const jobsAt = (dateAt: Replica['dateAt']): ImportedJob[] =>
          drawn.map((options, index) =>
            importedJob(ids[index] ?? '', options, (agoMs) => dateAt(wholeMinute(model) - agoMs)),
          )
        const expected = importJobs(
          model,
          jobsAt((ms) => new Date(ms)),
        )
        await stage.everywhere(({ storage, dateAt }) => storage.importJobs(jobsAt(dateAt)), expected)
      },
    }),
  )

export const importing = importsOf(fc.array(importOptions, { minLength: 1, maxLength: 2 }))

/** An import that ends at once: the shortest way to a delivery. */
export const importingDone = importsOf(
  fc
    .tuple(importOptions, callbackUrl)
    .map(([options, url]) => [
      { ...options, videos: [{ videoId: 'video-a', state: 'completed' }], status: 'processing', callbackUrl: url },
    ]),
)

function importedJob(
  id: string,
  { videos: list, status, agoMs, ...options }: ImportOptions,
  ago: (ms: number) => Date,
): ImportedJob {
  const moments = { createdAt: ago(agoMs + 5 * MINUTE), updatedAt: ago(agoMs) }
  const states = list.map(({ state: type }): ImportedState => {
    if (type === 'completed') return { type, content: contentOf('From elsewhere.'), fetchedAt: ago(agoMs + MINUTE) }
    return type === 'failed' ? { type, error: errorOf('video_private') } : { type }
  })
  const isOpen = states.some(({ type }) => type === 'pending')
  const job = importedJobOf(
    list.map((video) => video.videoId),
    { id, states, ...given(options), ...moments, status: isOpen && isJobEnded(status) ? 'pending' : status },
  )
  return { ...job, transcripts: job.transcripts.map((transcript) => ({ ...transcript, ...moments })) }
}
