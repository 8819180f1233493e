// The list of URLs: arguments, a file, or stdin. Every line is checked before anything is stored.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { TranscriptionError, type InputIssue, type Lister, type TranscriptSource } from '@ytscriptify/core'
import { shortened } from '../output/printable.ts'
import type { Surroundings } from '../surroundings.ts'

export interface UrlInput {
  readonly args: readonly string[]
  /** A path, or `-` for stdin. */
  readonly file: string | undefined
}

export interface UrlReading {
  readonly source: Pick<TranscriptSource, 'parse'>
  readonly lister: Pick<Lister, 'parse'>
  readonly surroundings: Pick<Surroundings, 'stdin' | 'cwd'>
  /** Whether lines that are neither videos nor lists stay among the others. @default false: they are refused */
  readonly keepOthers?: boolean
}

/** A URL, and where it was written, for messages about it: `list.txt:17`. */
export interface ListedUrl {
  readonly url: string
  readonly place: string
}

/**
 * The URLs in the order given, each of them that of a video, a playlist or a channel.
 *
 * @throws {TranscriptionError} `invalid_input` for an unreadable or empty list; `unsupported_url` with an issue for
 *   each line that is something else.
 */
export async function readUrls(
  input: UrlInput,
  { source, lister, surroundings, keepOthers = false }: UrlReading,
): Promise<readonly ListedUrl[]> {
  const listed = await collect(input, surroundings)
  if (listed.length === 0) throw emptyList(input)
  if (!keepOthers) refuseOthers(listed, { source, lister })
  return listed
}

async function collect(
  { args, file }: UrlInput,
  { stdin, cwd }: Pick<Surroundings, 'stdin' | 'cwd'>,
): Promise<readonly ListedUrl[]> {
  const given = args.map((url, index) => ({ url, place: `argument ${index + 1}` }))
  if (file !== undefined && file !== '-') return [...given, ...linesOf(await readList(file, cwd), file)]
  if (file === '-' || (args.length === 0 && !stdin.isTTY)) return [...given, ...linesOf(await text(stdin), 'stdin')]
  return given
}

/** One URL per line; blank lines and lines that begin with `#` are skipped. */
function linesOf(list: string, name: string): ListedUrl[] {
  return list
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ url: line.trim(), place: `${name}:${index + 1}` }))
    .filter(({ url }) => url !== '' && !url.startsWith('#'))
}

async function readList(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    const why =
      cause instanceof Error && 'code' in cause ? (READ_FAILURES[String(cause.code)] ?? cause.message) : String(cause)
    const message = `The list "${file}" cannot be read: ${why}`
    throw new TranscriptionError('invalid_input', `${message}.`, {
      cause,
      hint: 'Give --file the path of a text file with one URL per line, or - for standard input.',
      issues: [{ path: [file], code: 'invalid_input', message }],
    })
  }
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'this user may not read it',
}

function refuseOthers(listed: readonly ListedUrl[], { source, lister }: Pick<UrlReading, 'source' | 'lister'>): void {
  const issues = listed
    .filter(({ url }) => source.parse(url) === undefined && lister.parse(url) === undefined)
    .map(({ url, place }): InputIssue => {
      const message = `"${shortened(url, 120)}" is not the URL of a video, a playlist or a channel`
      return { path: [place], code: 'unsupported_url', message }
    })
  const [first] = issues
  if (!first) return
  const message =
    issues.length === 1
      ? `${first.path.join('')}: ${first.message}.`
      : `${issues.length} of ${listed.length} lines are not the URL of a video, a playlist or a channel. Nothing was stored.`
  throw new TranscriptionError('unsupported_url', message, {
    issues,
    hint: 'Give URLs of YouTube, or ids. Mixes, and lists that only their owner sees, cannot be read.',
  })
}

function emptyList({ args, file }: UrlInput): TranscriptionError {
  const place = file !== undefined && file !== '-' ? `The list "${file}"` : 'Standard input'
  const message = args.length === 0 && file === undefined ? 'There is no URL to transcribe.' : `${place} has no URL.`
  return new TranscriptionError('invalid_input', message, {
    hint: 'Give URLs as arguments, a file with --file, or pipe one URL per line into the command.',
    issues: [{ path: ['urls'], code: 'invalid_input', message }],
  })
}
