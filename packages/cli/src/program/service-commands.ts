// The subcommands that run until they are stopped.
import { Command, InvalidArgumentError } from 'commander'
import type { Act } from '../command-context.ts'
import type { ServeOptions } from '../commands/serve.ts'
import type { WorkerCommandOptions } from '../commands/worker.ts'
import { addWorkerFlags } from '../worker-flags.ts'

export const serviceCommands = (act: Act): Command[] => [serveCommand(act), workerCommand(act)]

function serveCommand(act: Act): Command {
  const command = new Command('serve')
    .summary('run the HTTP API, and a worker with it')
    .description('Serves the HTTP API and works on stored jobs, in one process, until SIGTERM or Ctrl-C.')
    .option('--port <n>', 'the port to listen on; 0 takes a free one (default: PORT, or 5000)', port)
    .option('--host <address>', 'the address to listen on (default: HOST, or 127.0.0.1)')
    .option('--no-worker', 'only serve; somebody else works: ytscriptify worker')
    .option('--name <name>', 'what its worker is called in logs; %h stands for the host', 'server@%h')
    .addHelpText('after', SERVE_HELP)
  return addWorkerFlags(command).action((_options, self: Command) =>
    act(self, async (context) => {
      const { serve } = await import('../commands/serve.ts')
      return serve(self.opts<ServeOptions>(), context)
    }),
  )
}

function workerCommand(act: Act): Command {
  const command = new Command('worker')
    .summary('work on stored jobs until stopped')
    .description(
      'Works on every stored job and sends callbacks until SIGTERM or Ctrl-C, then finishes what it has begun.',
    )
    .option('--name <name>', 'what it is called in logs; %h stands for the host', 'worker@%h')
    .addHelpText('after', '\nExample:\n  ytscriptify worker --name worker1@%h --concurrency 8\n')
  return addWorkerFlags(command).action((_options, self: Command) =>
    act(self, async (context) => {
      const { worker } = await import('../commands/worker.ts')
      return worker(self.opts<WorkerCommandOptions>(), context)
    }),
  )
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Give a whole number from 0 to 65535.')
  return Number(text)
}

const SERVE_HELP = `
Without API_KEY and SECRET_KEY it makes its own; "ytscriptify keys show" prints them.
SIGTERM lets requests and videos on their way finish, for as long as DRAIN_TIMEOUT says.

Examples:
  ytscriptify serve --port 8080
  HOST=0.0.0.0 NODE_ENV=production LOG_FILE=server.log ytscriptify serve
`
