// Findings as people read them: a word for how bad it is, what was found, and below it what to do.
import type { Finding } from '@ytscriptify/core'
import { printable } from '../output/printable.ts'
import { columnsOf } from '../output/screen.ts'
import type { TerminalStream } from '../surroundings.ts'

const WORDS = { ok: 'ok', warning: 'warning', problem: 'FAILED' } as const satisfies Record<Finding['level'], string>

/** Where the text begins. */
const INDENT = 9

/** On a terminal, lines are broken between words; elsewhere each text is one line, so that it can be searched. */
export function findingLines(findings: readonly Finding[], stdout: TerminalStream): string {
  const room = stdout.isTTY === true ? Math.max(40, columnsOf(stdout)) - INDENT : Infinity
  const lines = findings.flatMap((finding, index) => {
    const found = broken(printable(finding.message), room)
    const advice = adviceOf(finding)
    // The same advice for several in a row is given once, below the last.
    const isRepeated = advice === adviceOf(findings[index + 1])
    const todo = advice === undefined || isRepeated ? [] : pointed(broken(printable(advice), room - POINTER.length))
    return [...found, ...todo].map((text, row) => `${(row === 0 ? WORDS[finding.level] : '').padEnd(INDENT)}${text}`)
  })
  return lines.map((line) => `${line}\n`).join('')
}

/** Marks where an advice begins. */
const POINTER = '→ '

const pointed = (lines: readonly string[]): string[] =>
  lines.map((line, row) => `${row === 0 ? POINTER : ' '.repeat(POINTER.length)}${line}`)

const adviceOf = (finding: Finding | undefined): string | undefined =>
  finding === undefined || finding.level === 'ok' ? undefined : finding.advice

/** Breaks a text between words. A word that is longer than a line stays whole, so that it can be copied. */
function broken(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
