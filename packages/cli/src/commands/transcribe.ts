// ytscriptify transcribe: submits URLs, works on them in this process, and answers in the order given.
import { systemClock, type Job } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { openService, openSource } from '../open-service.ts'
import { readUrls } from '../transcribe/read-urls.ts'
import { createRunReport } from '../transcribe/run-report.ts'
import { withRunningVideos } from '../transcribe/running-videos.ts'
import { createStopSwitch } from '../transcribe/stop-switch.ts'
import { checkRequest, findJobs, submitAll, type VideoRequest } from '../transcribe/submit-all.ts'
import { createTranscriptWriter, ensureFolder } from '../transcribe/transcript-writer.ts'
import { workThrough } from '../transcribe/work-through.ts'
import type { WorkerFlags } from '../worker-flags.ts'

export interface TranscribeOptions extends WorkerFlags {
  /** A path, or `-` for stdin. */
  readonly file?: string
  readonly languages?: readonly string[]
  readonly kind: VideoRequest['kind']
  readonly refresh?: boolean
  readonly json?: boolean
  /** A folder. */
  readonly output?: string
  /** Milliseconds. */
  readonly maxWait?: number
  /** Ids of jobs. */
  readonly resume?: readonly string[]
}

/** Everything that can be wrong with the list is found before the database is opened: a bad line stores nothing. */
export async function transcribe(
  args: readonly string[],
  options: TranscribeOptions,
  { settings, surroundings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const { file, languages = [], kind, refresh = false, json = false, output: folder, maxWait, resume } = options
  const request: VideoRequest = { languages, kind, refresh }
  const { source, running } = withRunningVideos(openSource(settings, options), systemClock)
  checkRequest(request)
  const urls = resume ? [] : await readUrls({ args, file }, { source, surroundings })
  if (folder !== undefined) await ensureFolder(folder, surroundings)

  const opened = await openService(settings, source)
  const jobs: Job[] = []
  const report = createRunReport({ jobs, screen, json, folder, isQuiet: () => output.closed.aborted })
  const stop = createStopSwitch({
    surroundings,
    beforeQuit: report.howToResume,
    readerGone: output.closed,
    clock: systemClock,
  })
  try {
    const { service } = opened
    const { maxUrlsPerJob } = settings
    if (resume) jobs.push(...(await findJobs(resume, service)))
    else
      for await (const job of submitAll(urls, { service, request, maxUrlsPerJob, signal: stop.signal })) jobs.push(job)
    report.stored(settings.databaseFile, { listed: urls.length })
    if (maxWait !== undefined) stop.startClock(maxWait)
    const several = jobs.reduce((sum, { counts }) => sum + counts.total, 0) > 1
    const write = createTranscriptWriter({ output, json, folder, several, cwd: surroundings.cwd })
    return await workThrough(jobs, { opened, flags: options, stop, write, screen, report, running })
  } catch (error) {
    report.howToResume()
    throw error
  } finally {
    stop.release()
    await opened.service.close()
  }
}
