// The flags of `ytscriptify transcribe`, and how they are explained.
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Act } from '../command-context.ts'
import type { TranscribeOptions } from '../commands/transcribe.ts'
import { CommandOfIds } from '../program/command-of-ids.ts'
import { addTextFlags } from '../texts/text-flags.ts'
import { addWorkerFlags, duration } from '../worker-flags.ts'

/** Flags that say what is wanted of new URLs, and mean nothing to stored jobs. */
const OF_NEW_URLS = ['file', 'languages', 'kind', 'translateTo', 'keepFormatting', 'refresh', 'limit', 'dryRun']

/** Flags that say how texts are written, and mean nothing where there are none. */
const OF_TEXTS = ['output', 'format', 'view', 'start', 'end', 'chunkSeconds', 'chunkTokens', 'chunkOverlap']

export function transcribeCommand(act: Act): Command {
  const command = new CommandOfIds('transcribe')
    .argument(
      '[url...]',
      'URLs or ids of videos, playlists and channels; without any, one per line is read from standard input',
    )
    .summary('store and print the transcripts of videos')
    .description('Stores the transcripts of YouTube videos and prints them, in the order given.')
    .option('--file <list>', 'file with one URL per line (- is standard input); blank lines and # comments are skipped')
    .option('--languages <tags>', 'wanted languages, the most wanted first: de,en (default: that of the video)', listOf)
    .addOption(
      new Option('--kind <kind>', 'written by people, or generated')
        .choices(['any', 'manual', 'generated'])
        .default('any'),
    )
    .option('--translate-to <tag>', 'have YouTube translate what it finds into this language')
    .option('--keep-formatting', 'keep bold and italic type as tags in the text')
    .option('--limit <n>', 'videos of each playlist or channel at most, the newest of a channel (default: all)', count)
    .addOption(
      new Option(
        '--dry-run',
        'tell unique videos, duplicates, stored ones and invalid lines apart, and store nothing',
      ).conflicts(OF_TEXTS),
    )
    .option('--output <folder>', 'files in this folder, VIDEO_ID.LANGUAGE.FORMAT; their paths go to standard output')
    .option(
      '--max-wait <duration>',
      'stop after 20s, 5m or 2h; 0 tries each video once; what is left stays stored (default: no limit)',
      (text) => (text === '0' ? 'once' : duration(text)),
    )
    .addOption(
      new Option('--resume <jobs>', 'go on with stored jobs (ids separated by commas) instead of new URLs')
        .argParser(listOf)
        .conflicts(OF_NEW_URLS),
    )
    .option('--refresh', 'ask YouTube anew, even where the transcript is stored already')
    .addHelpText('after', HELP)
  return addWorkerFlags(addTextFlags(command)).action((urls: string[], _options: unknown, self: Command) => {
    const options = self.opts<TranscribeOptions>()
    if (options.resume && urls.length > 0) self.error('error: --resume goes on with stored jobs and takes no URLs')
    return act(self, async (context) => {
      const { transcribe } = await import('../commands/transcribe.ts')
      return transcribe(urls, options, context)
    })
  })
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 on.')
  return Number(text)
}

function listOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.includes('')) throw new InvalidArgumentError('Separate the parts by single commas.')
  return parts
}

const HELP = `
Examples:
  ytscriptify transcribe https://youtu.be/VIDEO_ID > transcript.txt
  ytscriptify transcribe --file videos.txt --languages de,en --output transcripts/
  ytscriptify transcribe VIDEO_ID --languages ja --translate-to en
  ytscriptify transcribe VIDEO_ID --json --max-wait 0
  ytscriptify transcribe VIDEO_ID --format srt --view sentences --start 1:30
  cat videos.txt | ytscriptify transcribe --json --max-wait 20m > transcripts.jsonl
  ytscriptify transcribe https://www.youtube.com/@CHANNEL --limit 20 --dry-run
  ytscriptify transcribe --resume JOB

A playlist or channel stands for its videos: of a channel the newest first, of a playlist in its order.
It needs youtubei.js beside this command. A URL of a video stays that video, even if it names a list.

Ctrl-C once finishes what is on its way and says how to go on; twice ends at once.

Exit codes: 0 all done, 1 unexpected, 2 usage or configuration, 3 some failed, 4 all failed,
5 blocked or out of time (what is left is stored, try later), 130 interrupted.
`
