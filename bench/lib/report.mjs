// What a bench prints: a table of Markdown with what it was measured on, and with --write the same into docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

const DOCUMENT = new URL('../../docs/performance.md', import.meta.url)

/** @param rows - Cells as text, one list for each line of the table. */
export function table(head, rows) {
  const widths = head.map((cell, column) => Math.max(3, ...[cell, ...rows.map((row) => row[column])].map(widthOf)))
  const line = (cells) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat(widths[column] - widthOf(cell))).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Prints what was measured and, where asked to, puts it in the place of the document that has this name. */
export function report(name, { text, isWritten }) {
  console.log(`\n${text}`)
  if (!isWritten) return
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`]
  const document = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = document.split(begin)
  if (rest?.includes(end) !== true) throw new Error(`docs/performance.md has no place for "${name}".`)
  writeFileSync(DOCUMENT, `${before}${begin}\n\n${text}\n\n${end}${rest.slice(rest.indexOf(end) + end.length)}`)
}

/** One line about the machine. @param options.others - Shares of the machine that others used, one for each run, where that was watched. */
export function measuredOn({ servers, others }) {
  const [{ model }] = cpus()
  const month = new Date().toISOString().slice(0, 7)
  const parts = [
    `Node.js ${process.versions.node}`,
    ...(servers ? [servers] : []),
    `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${month}`,
    ...(others ? [`other load at most ${Math.round(100 * Math.max(...others))} % of the machine`] : []),
  ]
  return `${parts.join('; ')}.`
}

/** Characters, not bytes: a dash is one column. */
const widthOf = (text) => [...text].length
