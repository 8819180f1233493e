// The subcommand that finds out what stands between this machine and transcripts.
import { Command } from 'commander'
import type { Act } from '../command-context.ts'
import type { DoctorOptions } from '../commands/doctor.ts'

export const doctorCommand = (act: Act): Command =>
  new Command('doctor')
    .summary('say whether transcripts can be had from here, and what to do')
    .description(
      'Says whether this machine reaches YouTube, which clients are answered, whether it is blocked and until when, and what to do. Looks at the database, Redis and Node.js, too. It changes nothing.',
    )
    .option('--video <video>', 'an id or URL of a video that has captions (default: one that everybody may see)')
    .option('--force', 'ask although YouTube has refused this address, and the pause is not over')
    .option('--json', 'one JSON object, as of /readyz?deep=1')
    .addHelpText('after', HELP)
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { doctor } = await import('../commands/doctor.ts')
        return doctor(self.opts<DoctorOptions>(), context)
      }),
    )

const HELP = `
It makes about six requests, each once. YouTube counts them like any others, so
do not run it in a loop.

Ends with 0 where transcripts can be had, with 5 where YouTube refuses this
address for now, and with 1 where something else stops them.
`
