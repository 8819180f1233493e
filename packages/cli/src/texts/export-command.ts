// The flags of `ytscriptify export`, and how they are explained.
import { Command, Option } from 'commander'
import type { Act } from '../command-context.ts'
import type { ExportOptions } from '../commands/export.ts'
import { addTextFlags } from './text-flags.ts'

export function exportCommand(act: Act): Command {
  const command = new Command('export')
    .argument('<job>', 'id of a job')
    .summary('print the stored texts of a job, or write them as files')
    .description(
      'Prints the stored texts of a job, or writes them as files. Nothing is asked for, and nothing changes.',
    )
    .option('--output <folder>', 'files in this folder, VIDEO_ID.LANGUAGE.FORMAT; their paths go to standard output')
    .addOption(
      new Option('--zip <file>', 'one archive, with a list of all videos (--format is txt,srt then)').conflicts(
        'output',
      ),
    )
    .addHelpText('after', HELP)
  return addTextFlags(command).action((id: string, _options, self: Command) =>
    act(self, async (context) => {
      const { exportTexts } = await import('../commands/export.ts')
      return exportTexts(id, self.opts<ExportOptions>(), context)
    }),
  )
}

const HELP = `
Examples:
  ytscriptify export JOB --format md > job.md
  ytscriptify export JOB --format srt,vtt --output subtitles/
  ytscriptify export JOB --zip job.zip
  ytscriptify export JOB --chunk-tokens 400 --chunk-overlap 40 > chunks.jsonl

Exit codes are those of transcribe: 3 where some videos have no text, 4 where none has, 5 where some are still to be done.
`
