// The people's side: stderr, with one line at the bottom that is drawn again and again on a terminal.
import { stripVTControlCharacters } from 'node:util'
import { shortened } from './printable.ts'
import type { TerminalStream } from '../surroundings.ts'

export interface Screen {
  /** Whether a line can be redrawn. */
  readonly isTerminal: boolean
  /** How many columns there are now. */
  readonly width: () => number
  /** Prints a line above the status. */
  line(text: string): void
  /** Replaces the status. Elsewhere than on a terminal it does nothing. */
  status(text: string): void
  /** Takes the status away, before somebody else writes to the same terminal. */
  clear(): void
  readonly paint: Record<Colour, (text: string) => string>
}

export type Colour = keyof typeof COLOURS

const COLOURS = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const

/** @param env - `NO_COLOR` (https://no-color.org) and `TERM=dumb` are respected. */
export function createScreen(stream: TerminalStream, env: Readonly<Record<string, string | undefined>>): Screen {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb'
  const hasColour = isTerminal && !env['NO_COLOR']
  stream.on('error', () => undefined) // Nobody is left to be told.
  let drawn = false

  const width = (): number => columnsOf(stream)

  const colour = (name: Colour) => (text: string) => (hasColour ? `\u001b[${COLOURS[name]}m${text}\u001b[0m` : text)
  const clear = (): void => {
    if (drawn) stream.write('\r\u001b[2K')
    drawn = false
  }

  return {
    isTerminal,
    width,
    line(text) {
      clear()
      stream.write(`${text}\n`)
    },
    status(text) {
      if (!isTerminal) return
      // One column is left free: a full line would wrap, and the next redraw would leave it behind.
      const room = width() - 1
      const fitting =
        stripVTControlCharacters(text).length > room ? shortened(stripVTControlCharacters(text), room) : text
      stream.write(`\r\u001b[2K${fitting}`)
      drawn = true
    },
    clear,
    paint: {
      red: colour('red'),
      green: colour('green'),
      yellow: colour('yellow'),
      dim: colour('dim'),
      bold: colour('bold'),
    },
  }
}

/** How wide a stream is. Some terminals say 0. */
export const columnsOf = ({ columns = 0 }: TerminalStream): number => (columns > 0 ? columns : 80)
