// Errors for people: what is wrong, then what to do next.
import { inspect } from 'node:util'
import { isTranscriptionError, pathOf, type InputIssue, type TranscriptionError } from '@ytscriptify/core'
import { printable } from './printable.ts'
import type { Screen } from './screen.ts'
import { untilWhen } from './until-when.ts'

/** As many as fit on a screen. */
const MAX_ISSUES = 20

export function printError(error: unknown, { screen, verbose }: { screen: Screen; verbose: boolean }): void {
  const { line, paint } = screen
  if (isTranscriptionError(error)) {
    line(`${paint.red('error:')} ${printable(error.message)}`)
    for (const text of issueLines(error)) line(`  ${text}`)
    line(`${paint.bold('hint:')} ${printable(error.hint)}${untilWhen(error, Date.now())}`)
  } else {
    line(
      `${paint.red('error:')} Something unexpected happened: ${error instanceof Error ? error.message : inspect(error)}`,
    )
    if (!verbose)
      line(`${paint.bold('hint:')} This is a fault of ours. Run it again with --verbose, and report what it prints.`)
  }
  if (verbose) line(paint.dim(inspect(error)))
}

/** Every issue that the message does not already tell. */
function issueLines({ message, issues = [] }: TranscriptionError): string[] {
  const untold = issues.filter((issue) => !message.includes(issue.message))
  const shown = untold.slice(0, MAX_ISSUES).map(issueLine)
  return untold.length > MAX_ISSUES ? [...shown, `… and ${untold.length - MAX_ISSUES} more`] : shown
}

function issueLine({ path, message }: InputIssue): string {
  const place = pathOf(path)
  return printable(message.startsWith(place) ? message : `${place}: ${message}`)
}
