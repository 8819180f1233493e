// The command line that continues a run, ready to be copied.
import { commandName } from '../output/command-name.ts'

export interface ResumedRun {
  readonly jobIds: readonly string[]
  /** The flags that say what texts come as. */
  readonly texts: readonly string[]
  readonly folder: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

export function resumeCommand({ jobIds, texts, folder, env }: ResumedRun): string {
  const parts = [commandName(env), 'transcribe --resume', jobIds.join(','), ...texts]
  if (folder !== undefined) parts.push('--output', shellQuoted(folder))
  return parts.join(' ')
}

const shellQuoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
