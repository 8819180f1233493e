// ytscriptify doctor: whether transcripts can be had from here, what stands in their way, and what to do.
import {
  TranscriptionError,
  diagnose,
  diagnosisJson,
  findingJson,
  statusOfFindings,
  systemClock,
  type Diagnosis,
  type Finding,
  type TranscriptSource,
} from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { adviceInSettings } from '../doctor/advice.ts'
import { findingLines } from '../doctor/finding-lines.ts'
import { nodeFinding, redisFindings, storageFindings } from '../doctor/machine-findings.ts'
import { existingStorage } from '../existing-storage.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openSource } from '../open-source.ts'
import type { Screen } from '../output/screen.ts'
import type { Settings } from '../settings/settings.ts'

export interface DoctorOptions {
  /** An id or a URL. */
  readonly video?: string
  readonly force?: boolean
  readonly json?: boolean
}

export async function doctor(options: DoctorOptions, { settings, surroundings, output, screen }: CommandContext) {
  screen.status('Asking …')
  const [diagnosis, redis] = await Promise.all([diagnosisOf(settings, options), redisFindings(settings)])
  const findings = [
    nodeFinding(process.versions.node),
    ...(await storageFindings(diagnosis, settings)),
    ...redis,
    ...diagnosis.findings.filter(({ about }) => about !== 'storage'),
  ].map((finding) => adviceInSettings(finding, settings))
  const status = statusOfFindings(findings)

  if (options.json) {
    const report = { ...diagnosisJson(diagnosis), status, findings: findings.map(findingJson) }
    await output.write(`${JSON.stringify(report)}\n`)
  } else {
    await output.write(findingLines(findings, surroundings.stdout))
    summarize({ status, wasHeldBack: diagnosis.sources.length === 0 }, screen)
  }
  return exitCodeOf(findings)
}

/** With the parts that the other commands have, but for a database that is neither made nor changed. */
async function diagnosisOf(settings: Settings, { video, force = false }: DoctorOptions): Promise<Diagnosis> {
  const source = openSource(settings)
  const videoId = video === undefined ? undefined : videoIdOf(video, source)
  const storage = await existingStorage(settings.database)
  try {
    const parts = { source, clock: systemClock, ...(storage && { storage }) }
    return await diagnose(parts, { force, ...(videoId !== undefined && { videoId }) })
  } finally {
    await storage?.close()
  }
}

function videoIdOf(video: string, source: TranscriptSource): string {
  const ref = source.parse(video)
  if (ref) return ref.videoId
  throw new TranscriptionError('unsupported_url', `"${video}" is not the URL or the id of a video.`)
}

interface Summary {
  readonly status: Diagnosis['status']
  readonly wasHeldBack: boolean
}

function summarize({ status, wasHeldBack }: Summary, { line, paint }: Screen): void {
  if (status === 'ok') line(paint.green('Transcripts can be had from here.'))
  if (status === 'degraded') line(paint.yellow('Transcripts can be had from here. The warnings need a look.'))
  if (status === 'failing') line(paint.red('No transcripts can be had from here at the moment.'))
  if (wasHeldBack) line(`${paint.bold('hint:')} --force asks YouTube all the same.`)
}

/** Where all that stops transcripts is that this address is refused, waiting helps: 5, as everywhere. */
function exitCodeOf(findings: readonly Finding[]): ExitCode {
  const remedies = findings.flatMap((finding) => (finding.level === 'problem' ? [finding.remedy] : []))
  if (remedies.length === 0) return EXIT.done
  return remedies.every((remedy) => remedy === 'ask_less') ? EXIT.tryLater : EXIT.unexpected
}
