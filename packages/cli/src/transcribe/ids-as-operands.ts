// Video ids may begin with a dash: `ytscriptify transcribe -62C9R_41Sc`.
import type { Command } from 'commander'

/** Eleven characters of an id, the first of them a dash. */
const DASHED_ID = /^-[\w-]{10}$/

/** `--overwrite`, `--langauges`: somebody's idea of an option, not an id. After `--` it is one nevertheless. */
const WORDY_OPTION = /^--[a-z]+(?:-[a-z]+)*$/

/**
 * Rewrites arguments so that an unknown option which can only be a video id counts as one: the options come first,
 * then `--`, then the rest in its order.
 */
export function idsAsOperands(args: readonly string[], command: Command): string[] {
  const end = args.indexOf('--')
  const before = end === -1 ? args : args.slice(0, end)
  const after = end === -1 ? [] : args.slice(end + 1)
  if (!before.some((arg) => isDashedId(arg, command))) return [...args]

  const options: string[] = []
  const operands: string[] = []
  let valueExpected = false
  for (const arg of before) {
    const isOption: boolean = !valueExpected && arg.startsWith('-') && arg !== '-' && !isDashedId(arg, command)
    if (valueExpected || isOption) options.push(arg)
    else operands.push(arg)
    valueExpected = isOption && takesValue(arg, command)
  }
  return [...options, '--', ...operands, ...after]
}

const isDashedId = (arg: string, command: Command): boolean =>
  DASHED_ID.test(arg) && !WORDY_OPTION.test(arg) && !knownOption(arg, command)

const takesValue = (arg: string, command: Command): boolean => knownOption(arg, command)?.required ?? false

const knownOption = (arg: string, command: Command) =>
  command.options.find(({ short, long }) => arg === short || arg === long)
