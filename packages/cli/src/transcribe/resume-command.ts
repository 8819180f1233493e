// The command line that continues a run, ready to be copied.

export interface ResumedRun {
  readonly jobIds: readonly string[]
  readonly json: boolean
  readonly folder: string | undefined
}

export function resumeCommand({ jobIds, json, folder }: ResumedRun): string {
  const parts = ['ytscriptify transcribe --resume', jobIds.join(',')]
  if (json) parts.push('--json')
  if (folder !== undefined) parts.push('--output', shellQuoted(folder))
  return parts.join(' ')
}

const shellQuoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
