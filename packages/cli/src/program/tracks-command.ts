// The flags of `ytscriptify tracks`, and how they are explained.
import type { Command } from 'commander'
import type { Act } from '../command-context.ts'
import type { TracksFlags } from '../commands/tracks.ts'
import { CommandOfIds } from './command-of-ids.ts'

export const tracksCommand = (act: Act): Command =>
  new CommandOfIds('tracks')
    .argument('<url>', 'URL or id of a video')
    .summary('list the caption tracks of a video')
    .description('Lists the caption tracks of a video, as YouTube has them now. No job is made.')
    .option('--json', 'one JSON object: {"video_id": …, "tracks": […]}, or {"error": {…}}')
    .addHelpText('after', HELP)
    .action((url: string, _options, self: Command) =>
      act(self, async (context) => {
        const { tracks } = await import('../commands/tracks.ts')
        return tracks(url, self.opts<TracksFlags>(), context)
      }),
    )

const HELP = `
Exit codes: 0 listed, 1 unexpected, 2 usage or configuration, 4 the video has none to list, 5 blocked or no answer, try later.
`
