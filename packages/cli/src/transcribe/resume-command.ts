// The command line that continues a run, ready to be copied.

export interface ResumedRun {
  readonly jobIds: readonly string[]
  readonly json: boolean
  readonly folder: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

export function resumeCommand({ jobIds, json, folder, env }: ResumedRun): string {
  const parts = ['ytscriptify transcribe --resume', jobIds.join(',')]
  // npx, too, sets it to "exec": whoever came that way has no ytscriptify on the PATH.
  if (env['npm_command'] === 'exec') parts.unshift('npx')
  if (json) parts.push('--json')
  if (folder !== undefined) parts.push('--output', shellQuoted(folder))
  return parts.join(' ')
}

const shellQuoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
