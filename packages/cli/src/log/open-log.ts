// The log that the settings ask for.
import { systemClock } from '@ytscriptify/core'
import type { NamedKey } from '../settings/api-keys.ts'
import type { Settings } from '../settings/settings.ts'
import type { Surroundings } from '../surroundings.ts'
import { openLogFile } from './log-file.ts'
import { createLog, prettyLine, type LineFormat, type LineSink, type Log } from './log.ts'
import { scrubber } from './scrub.ts'

export interface OpenedLog extends Log {
  close(): void
}

export interface OpenLogOptions {
  readonly surroundings: Pick<Surroundings, 'stderr' | 'onHangup'>
  /** What must never appear in it. */
  readonly keys: { readonly apiKeys: readonly NamedKey[]; readonly secretKeys: readonly string[] }
}

/** @throws {TranscriptionError} `invalid_input` when LOG_FILE cannot be written. */
export async function openLog(
  { logFile, logFormat, logLevel }: Settings,
  { surroundings, keys }: OpenLogOptions,
): Promise<OpenedLog> {
  const { stderr } = surroundings
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && logFile === undefined && stderr.isTTY === true)
  const format = isPretty ? prettyLine : await jsonFormat()
  const scrub = scrubber([...keys.apiKeys.map(({ secret }) => secret), ...keys.secretKeys])
  const parts = { format, level: logLevel, scrub, now: systemClock.now }
  if (logFile === undefined) {
    // Whoever has all logs opened anew means no harm to a process without one, which SIGHUP would end.
    const forgetHangup = surroundings.onHangup(() => undefined)
    return { ...createLog({ ...parts, sink: sinkOf(stderr) }), close: forgetHangup }
  }

  const onStderr = createLog({ ...parts, sink: sinkOf(stderr) })
  const file = openLogFile(logFile, {
    trouble: (message) => onStderr.write('error', 'log.trouble', { file: logFile, message }),
  })
  const forgetHangup = surroundings.onHangup(file.reopen)
  return {
    ...createLog({ ...parts, sink: file }),
    close() {
      forgetHangup()
      file.close()
    },
  }
}

/** Pino is loaded only where its form is wanted. */
async function jsonFormat(): Promise<LineFormat> {
  const { jsonLines } = await import('./json-line.ts')
  return jsonLines({ pid: process.pid })
}

const sinkOf = (stream: Surroundings['stderr']): LineSink => ({ write: (line) => void stream.write(line) })
