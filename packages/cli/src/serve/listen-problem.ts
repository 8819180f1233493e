// A port that is taken is the user's to mend, by a setting that is named.
import { TranscriptionError } from '@ytscriptify/core'

const hintsOf = (portSetting: string): Readonly<Record<string, string>> => ({
  EADDRINUSE: `${portSetting} names another port; 0 takes a free one.`,
  EACCES: `${portSetting} names another port.`,
  EADDRNOTAVAIL: 'HOST or --host names the address.',
  ENOTFOUND: 'HOST or --host names the address.',
})

/** What kept the server from listening, with the setting that changes it; anything else as it is. */
export function listenProblem(error: unknown, portSetting = 'PORT or --port'): unknown {
  if (!(error instanceof Error)) return error
  const { cause } = error
  const hint = cause instanceof Error && 'code' in cause ? hintsOf(portSetting)[String(cause.code)] : undefined
  return hint === undefined ? error : new TranscriptionError('invalid_input', error.message, { hint, cause: error })
}
