// ytscriptify keys show: the keys in effect. The one place that prints them.
import { TranscriptionError } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { KeyName } from '../keys/key-names.ts'
import { keysInEffect, type KeysInEffect } from '../keys/keys-in-effect.ts'
import { table } from '../output/table.ts'

export async function keysShow(
  name: KeyName | undefined,
  { json = false }: { readonly json?: boolean },
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const keys = await keysInEffect(settings, { use: 'server' })
  if (name !== undefined) await output.write(`${oneOf(keys, name)}\n`)
  else if (json) await output.write(`${JSON.stringify(jsonOf(keys))}\n`)
  else {
    await output.write(table(['KEY', 'OWNER', 'VALUE'], rowsOf(keys)))
    if (keys.file !== undefined) screen.line(`What was not set was generated, and is kept in ${keys.file}.`)
  }
  return EXIT.done
}

/** For `$(ytscriptify keys show API_KEY)`. */
function oneOf({ apiKeys, secretKeys }: KeysInEffect, name: KeyName): string {
  const found = name === 'API_KEY' ? apiKeys.map(({ secret }) => secret) : secretKeys
  const [first, ...others] = found
  if (first !== undefined && (others.length === 0 || name === 'SECRET_KEY')) return first
  throw new TranscriptionError('invalid_input', `There are ${found.length} API keys.`, {
    hint: 'Take one from: ytscriptify keys show --json',
  })
}

const rowsOf = ({ apiKeys, secretKeys }: KeysInEffect): string[][] => [
  ...apiKeys.map(({ name, secret }) => ['API_KEY', name, secret]),
  ...secretKeys.map((secret) => ['SECRET_KEY', '-', secret]),
]

const jsonOf = ({ apiKeys, secretKeys, file }: KeysInEffect) => ({
  api_keys: Object.fromEntries(apiKeys.map(({ name, secret }) => [name, secret])),
  secret_keys: secretKeys,
  file: file ?? null,
})
