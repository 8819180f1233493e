// From a list of any length to stored jobs, and from ids of jobs back to them.
import {
  transcriptRequest,
  TranscriptionError,
  type Job,
  type Submission,
  type TranscriptionService,
} from '@ytscriptify/core'

/** What is wanted of every video of the list. */
export type VideoRequest = Required<Pick<Submission, 'languages' | 'kind' | 'keepFormatting' | 'refresh'>> &
  Pick<Submission, 'translateTo'>

/** @throws {TranscriptionError} `invalid_input` naming each language that is not well-formed. */
export function checkRequest({ refresh: _refresh, ...request }: VideoRequest): void {
  const { error } = transcriptRequest.safeParse(request)
  if (!error) return
  const issues = error.issues.map(({ path, message }) => ({
    path: [path[0] === 'translateTo' ? '--translate-to' : '--languages'],
    code: 'invalid_input' as const,
    message,
  }))
  const [first] = issues
  throw new TranscriptionError('invalid_input', `${first?.path[0]}: ${first?.message}.`, {
    issues,
    hint: 'Give language tags, of --languages the most wanted first: --languages de,en --translate-to fr',
  })
}

export interface SubmitAllOptions {
  readonly service: TranscriptionService
  readonly request: VideoRequest
  readonly maxUrlsPerJob: number
  /** Ends it between two jobs. */
  readonly signal: AbortSignal
}

/** Stores the list as jobs of at most `maxUrlsPerJob` URLs, in the order of the list; yields each when it is stored. */
export async function* submitAll(urls: readonly string[], options: SubmitAllOptions): AsyncGenerator<Job> {
  const { service, request, maxUrlsPerJob, signal } = options
  for (let start = 0; start < urls.length && !signal.aborted; start += maxUrlsPerJob) {
    const { job } = await service.submit({ urls: urls.slice(start, start + maxUrlsPerJob), ...request })
    yield job
  }
}

/** The jobs of these ids, in this order, each once. @throws {TranscriptionError} `job_not_found` */
export async function findJobs(ids: readonly string[], service: TranscriptionService): Promise<Job[]> {
  const jobs: Job[] = []
  for (const id of new Set(ids)) jobs.push(await service.get(id))
  return jobs
}
