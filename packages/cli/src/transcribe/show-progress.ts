// Draws the progress: one line again and again on a terminal, a line every 30 seconds elsewhere.
import type { Clock } from '@ytscriptify/core'
import { clockTime } from '../output/durations.ts'
import type { Progress, ProgressSnapshot } from './progress.ts'
import type { Screen } from '../output/screen.ts'

const REDRAW_MS = 200
const LINE_MS = 30_000
const BAR_WIDTH = 20
/** On fewer columns the bar would leave no room for what it is about. */
const LEAST_WIDTH_WITH_BAR = 40

export interface ShowProgressOptions {
  readonly screen: Screen
  readonly clock: Clock
  /** Ends it. The last status is taken away. */
  readonly signal: AbortSignal
  /** Hears of a storage that cannot be read; the next turn tries again. */
  readonly onError: (error: unknown) => void
}

export async function showProgress(progress: Progress, options: ShowProgressOptions): Promise<void> {
  const { screen, clock, signal, onError } = options
  const startedAt = clock.monotonic()
  while (!signal.aborted) {
    await clock.sleep(screen.isTerminal ? REDRAW_MS : LINE_MS, signal).catch(() => undefined) // Woken early by the end.
    if (signal.aborted) break
    try {
      await progress.refresh()
    } catch (error) {
      onError(error)
    }
    if (signal.aborted) break
    const times = { elapsedMs: clock.monotonic() - startedAt, now: clock.now() }
    if (screen.isTerminal) screen.status(statusLine(progress.snapshot(), { ...times, screen }))
    else screen.line(plainLine(progress.snapshot(), times))
  }
  screen.clear()
}

interface Times {
  readonly elapsedMs: number
  readonly now: number
}

/** `━━━━━━━━━━━━━━━━━━━━ 12/50  1 failed  0:42  asking for dQw4w9WgXcQ, 9bZkp7q19f0 +2` */
function statusLine(snapshot: ProgressSnapshot, { elapsedMs, now, screen }: Times & { screen: Screen }): string {
  const { paint } = screen
  const { total, failed } = snapshot
  const ended = endedOf(snapshot)
  const filled = total === 0 ? 0 : Math.floor((ended / total) * BAR_WIDTH)
  const drawn = paint.green('━'.repeat(filled)) + paint.dim('━'.repeat(BAR_WIDTH - filled))
  const bar = screen.width() < LEAST_WIDTH_WITH_BAR ? '' : `${drawn} `
  const parts = [`${bar}${ended}/${total}`, clockTime(elapsedMs), activity(snapshot, now)]
  if (failed > 0) parts.splice(1, 0, paint.red(`${failed} failed`))
  return parts.filter(Boolean).join('  ')
}

/** `12 of 50 videos done, 1 failed, after 0:42; asking for 4 more` */
function plainLine(snapshot: ProgressSnapshot, { elapsedMs, now }: Times): string {
  const { total, failed, running } = snapshot
  const failures = failed > 0 ? `, ${failed} of them failed` : ''
  const doing = snapshot.closedUntil === undefined ? `asking for ${running.length}` : activity(snapshot, now)
  return `${endedOf(snapshot)} of ${total} videos done${failures}, after ${clockTime(elapsedMs)}; ${doing}`
}

function activity({ running, closedUntil }: ProgressSnapshot, now: number): string {
  if (closedUntil !== undefined) {
    const until = new Date(closedUntil).toTimeString().slice(0, 8)
    return `YouTube sent us away until ${until} (${clockTime(closedUntil - now)} left)`
  }
  if (running.length === 0) return 'waiting'
  const more = running.length > 2 ? ` +${running.length - 2}` : ''
  return `asking for ${running.slice(0, 2).join(', ')}${more}`
}

const endedOf = ({ completed, failed, cancelled }: ProgressSnapshot): number => completed + failed + cancelled
