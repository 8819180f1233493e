// ytscriptify transcribe: submits URLs, works on them in this process, and answers in the order given.
import { assertGateOpen, systemClock, type Job, type TranscriptRequest } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { withKnownStorage } from '../existing-storage.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openLister } from '../open-lister.ts'
import { openService } from '../open-service.ts'
import { openSource } from '../open-source.ts'
import { unusedProxy } from '../settings/read-settings.ts'
import { databaseName } from '../settings/settings.ts'
import { dryRun } from '../transcribe/dry-run.ts'
import { readLists } from '../transcribe/read-lists.ts'
import { readUrls } from '../transcribe/read-urls.ts'
import { createRunReport } from '../transcribe/run-report.ts'
import { withRunningVideos } from '../transcribe/running-videos.ts'
import { createStopSwitch } from '../transcribe/stop-switch.ts'
import { checkRequest, findJobs, submitAll, type VideoRequest } from '../transcribe/submit-all.ts'
import { workThrough } from '../transcribe/work-through.ts'
import { ensureFolder } from '../texts/ensure-folder.ts'
import { textArguments, wantedTexts, type TextFlags } from '../texts/text-flags.ts'
import { checkDestination, createTranscriptWriter } from '../texts/transcript-writer.ts'
import type { WorkerFlags } from '../worker-flags.ts'

export interface TranscribeOptions extends WorkerFlags, TextFlags {
  /** A path, or `-` for stdin. */
  readonly file?: string
  readonly languages?: readonly string[]
  readonly kind: VideoRequest['kind']
  readonly translateTo?: string
  readonly keepFormatting?: boolean
  readonly refresh?: boolean
  /** Videos of each playlist or channel at most. */
  readonly limit?: number
  readonly dryRun?: boolean
  /** A folder. */
  readonly output?: string
  /** Milliseconds, or `once`: each video is tried once, and nothing is waited for. */
  readonly maxWait?: number | 'once'
  /** Ids of jobs. */
  readonly resume?: readonly string[]
}

/** Everything that can be wrong with the list is found before the database is opened: a bad line stores nothing. */
export async function transcribe(
  args: readonly string[],
  options: TranscribeOptions,
  { settings, surroundings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const { file, languages = [], kind, refresh = false, output: folder, maxWait, resume, limit } = options
  const { translateTo, keepFormatting = false } = options
  const request: VideoRequest = {
    languages,
    kind,
    ...(translateTo !== undefined && { translateTo }),
    keepFormatting,
    refresh,
  }
  const isDry = options.dryRun === true
  const texts = wantedTexts(options, { otherwise: ['txt'] })
  const { source, running } = withRunningVideos(openSource(settings, options), systemClock)
  checkRequest(request)
  const lister = openLister(settings)
  const given = resume ? [] : await readUrls({ args, file }, { source, lister, surroundings, keepOthers: isDry })
  const reading = { lister, limit, surroundings, output, screen, clock: systemClock }
  const onOlderSchema = (notice: string): void => screen.line(`${screen.paint.yellow('notice:')} ${notice}`)
  if (isDry)
    return withKnownStorage(settings.database, { onOlderSchema }, async (storage) => {
      const assertMayAsk = (): Promise<void> => assertGateOpen({ source, storage, clock: systemClock })
      const read = await readLists(given, { ...reading, assertMayAsk, keepUnavailable: true })
      if (!read) return EXIT.interrupted
      return dryRun(read, { source, storage, request, json: texts.formats.includes('json'), output, screen })
    })
  const assertMayAsk = (): Promise<void> =>
    withKnownStorage(settings.database, { onOlderSchema, migrate: true }, (storage) =>
      assertGateOpen({ source, storage, clock: systemClock }),
    )
  const videos = resume ? [] : await readLists(given, { ...reading, assertMayAsk })
  if (!videos) return EXIT.interrupted
  const urls = videos.map(({ url }) => url)
  checkDestination({ texts, folder, several: urls.length > 1 })
  if (folder !== undefined) await ensureFolder(folder, surroundings)

  const proxyNotice = unusedProxy(surroundings)
  if (proxyNotice !== undefined) screen.line(`${screen.paint.yellow('notice:')} ${proxyNotice}`)

  const opened = await openService(settings, { source })
  const jobs: Job[] = []
  const report = createRunReport({
    jobs,
    listed: urls.length,
    screen,
    texts: textArguments(options),
    folder,
    env: surroundings.env,
    isQuiet: () => output.closed.aborted,
  })
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
    report.stored(databaseName(settings.database))
    if (typeof maxWait === 'number') stop.startClock(maxWait)
    const stored = jobs.reduce((sum, { counts }) => sum + counts.total, 0)
    const several = stored > 1
    checkDestination({ texts, folder, several })
    const write = createTranscriptWriter({ output, texts, folder, several, cwd: surroundings.cwd })
    const gateKeyOf = (of: TranscriptRequest): string => source.gateKeyOf?.(of) ?? source.id
    const once = maxWait === 'once'
    const parts = { opened, flags: options, stop, write, screen, report, running, gateKeyOf, once }
    const code = await workThrough(jobs, parts)
    // Even when all that was stored is done: it is not all that was asked for.
    return stop.reason() === 'interrupted' && stored < urls.length ? EXIT.interrupted : code
  } catch (error) {
    report.howToResume()
    throw error
  } finally {
    stop.release()
    await opened.service.close()
  }
}
