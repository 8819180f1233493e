// The subcommands about keys and settings.
import { Argument, Command } from 'commander'
import type { Act } from '../command-context.ts'
import type { ConfigCheckOptions } from '../commands/config-check.ts'
import { KEY_NAMES, type KeyName } from '../keys/key-names.ts'
import type { ProgramParts } from './program-parts.ts'

export function keysCommand(act: Act): Command {
  const show = new Command('show')
    .addArgument(new Argument('[name]', 'only this one, and nothing else').choices(KEY_NAMES))
    .summary('print the keys in effect')
    .description('Prints the keys in effect. What is not set is generated once, and kept beside the SQLite file.')
    .option('--json', 'one JSON object: {"api_keys": …, "secret_keys": …, "file": …}')
    .action((name: KeyName | undefined, _options, self: Command) =>
      act(self, async (context) => {
        const { keysShow } = await import('../commands/keys-show.ts')
        return keysShow(name, self.opts<{ json?: boolean }>(), context)
      }),
    )
  return new Command('keys').description('look at the keys of the server').addCommand(show)
}

/** They read the settings themselves: they have something to say about settings that cannot be used. */
export function configCommand({ context, onAct }: ProgramParts): Command {
  const check = new Command('check')
    .description('print the settings in effect, where they come from, and every mistake')
    .option('--production', 'walk the checklist of a server in production, too')
    .action((_options, self: Command) =>
      onAct(self, async () => {
        const { configCheck } = await import('../commands/config-check.ts')
        return configCheck(self.opts<ConfigCheckOptions>(), context)
      }),
    )
  const example = new Command('example')
    .description('print a .env with every setting, explained')
    .action((_options, self: Command) =>
      onAct(self, async () => {
        const { configExample } = await import('../commands/config-example.ts')
        return configExample(context)
      }),
    )
  return new Command('config').description('look at the configuration').addCommand(check).addCommand(example)
}
