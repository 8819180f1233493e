// What somebody sees who has just started a server: where it listens, and how to ask it.
import { basename } from 'node:path'
import type { KeysInEffect } from '../keys/keys-in-effect.ts'
import { commandName } from '../output/command-name.ts'
import type { Settings } from '../settings/settings.ts'

export interface StartupFacts {
  readonly url: string
  readonly keys: KeysInEffect
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Never a key itself: terminals are recorded, and output is kept. */
export function startupLines({ url, keys, settings, env }: StartupFacts): string {
  const key =
    keys.file === undefined || settings.apiKeys.length > 0 ? '$API_KEY' : `$(${commandName(env)} keys show API_KEY)`
  const generated = keys.file === undefined ? '' : `Its keys were generated, and are kept in ${basename(keys.file)}.\n`
  return `YTScriptify listens on ${url}
${generated}Submit a job:
  curl -H "X-API-Key: ${key}" -H 'Content-Type: application/json' \\
    -d '{"urls": ["https://www.youtube.com/watch?v=jNQXAC9IVRw"]}' ${url}/transcribe
`
}
