// ytscriptify export: the stored texts of a job, as they are, without working on anything.
import { resolve } from 'node:path'
import type { Transcript } from '@ytscriptify/core'
import { jobFiles } from '@ytscriptify/core/text'
import { zipped } from '@ytscriptify/core/zip'
import type { CommandContext } from '../command-context.ts'
import { exitCodeOf, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { cannotBeWritten } from '../output/cannot-be-written.ts'
import { ensureFolder } from '../texts/ensure-folder.ts'
import { textArguments, wantedTexts, type TextFlags } from '../texts/text-flags.ts'
import { checkDestination, createTranscriptWriter } from '../texts/transcript-writer.ts'
import { writeWhole } from '../texts/write-whole.ts'
import { createRunReport } from '../transcribe/run-report.ts'
import { createTally } from '../transcribe/tally.ts'

export interface ExportOptions extends TextFlags {
  /** A folder. */
  readonly output?: string
  /** A file. */
  readonly zip?: string
}

export async function exportTexts(
  id: string,
  options: ExportOptions,
  { settings, surroundings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const { output: folder, zip } = options
  const { cwd } = surroundings
  const texts = wantedTexts(options, { otherwise: zip === undefined ? ['txt'] : ['txt', 'srt'] })
  if (zip === undefined) checkDestination({ texts, folder, several: false })
  if (folder !== undefined) await ensureFolder(folder, surroundings)
  const tally = createTally()

  await withService(settings, async ({ service }) => {
    const job = await service.get(id)
    const several = job.counts.total > 1
    const report = createRunReport({
      jobs: [job],
      listed: 0,
      screen,
      texts: textArguments(options),
      folder,
      env: surroundings.env,
      isQuiet: () => output.closed.aborted,
    })
    const transcripts = counted(service.transcripts(job, { withData: true }), (transcript) => {
      tally.add(transcript)
      report.ended(transcript)
    })
    if (zip === undefined) {
      checkDestination({ texts, folder, several })
      const write = createTranscriptWriter({ output, texts, folder, several, cwd })
      for await (const transcript of transcripts) {
        if (output.closed.aborted) break
        await write(transcript)
      }
    } else {
      await writeArchive(zipped(jobFiles(transcripts, { ...texts.selection, formats: texts.formats })), { zip, cwd })
      await output.write(`${zip}\n`)
    }
    report.summary(tally.value())
  })
  return exitCodeOf(tally.value())
}

async function* counted(
  transcripts: AsyncIterable<Transcript>,
  count: (transcript: Transcript) => void,
): AsyncGenerator<Transcript> {
  for await (const transcript of transcripts) {
    count(transcript)
    yield transcript
  }
}

async function writeArchive(
  archive: AsyncIterable<Uint8Array>,
  { zip, cwd }: { readonly zip: string; readonly cwd: string },
): Promise<void> {
  try {
    await writeWhole(resolve(cwd, zip), archive)
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw cannotBeWritten({ what: `The file "${zip}"`, hint: 'Make room, or give --zip another path.', cause })
  }
}
