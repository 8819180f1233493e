// A folder of its own, a stand-in YouTube, and the real command as a child process.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startStandInYouTube, type StandInOptions, type StandInYouTube } from '@ytscriptify/source-youtube/testing'
import { z } from 'zod'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  /** Resolves when what it has printed so far matches; rejects when it ends without. */
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpMatchArray>
}

export interface Workplace {
  readonly folder: string
  readonly youtube: StandInYouTube
  /** Runs the command to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>
  start(args: readonly string[], options?: RunOptions): RunningCommand
  /** Writes a file and returns its path. */
  write(name: string, content: string): Promise<string>
  /** Whether a database was made. */
  hasDatabase(): boolean
  close(): Promise<void>
}

export async function openWorkplace(options: StandInOptions = {}): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-cli-'))
  const youtube = await startStandInYouTube(options)
  const children = new Set<ChildProcessWithoutNullStreams>()

  const start = (args: readonly string[], { input = '', env = {} }: RunOptions = {}): RunningCommand => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      // What the tests were started with changes what is printed.
      env: {
        ...process.env,
        npm_command: '',
        YOUTUBE_BASE_URL: youtube.url,
        YOUTUBE_PAUSE: '0',
        LOG_FORMAT: 'pretty',
        ...env,
      },
    })
    children.add(child)
    child.stdin.on('error', () => undefined) // It may end without reading its input.
    child.stdin.end(input)
    return watched(child)
  }

  return {
    folder,
    youtube,
    start,
    run: (args, runOptions) => start(args, runOptions).ended,
    async write(name, content) {
      const file = join(folder, name)
      await writeFile(file, content)
      return file
    },
    hasDatabase: () => existsSync(join(folder, 'transcriber.db')),
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await youtube.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function watched(child: ChildProcessWithoutNullStreams): RunningCommand {
  const text = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
  })
  const until: RunningCommand['until'] = (stream, pattern) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text[stream])
        if (match) resolve(match)
      }
      waiting.add(look)
      look()
      void ended.then(() => reject(new Error(`It ended without ${String(pattern)}:\n${text.stdout}\n${text.stderr}`)))
    })
  return { child, ended, until }
}

/** What `--json` printed, line by line. */
export const linesOf = (stdout: string): TranscriptLine[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => transcriptLine.parse(JSON.parse(line)))

/** An error in a line of JSON. */
export const errorLine = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  retry_at: z.iso.datetime().nullable(),
})

/** Nothing beside these names: programs depend on them. */
const transcriptLine = z.strictObject({
  url: z.string(),
  video_id: z.string(),
  status: z.string(),
  language: z.string().nullable(),
  translated_from: z.string().optional(),
  kind: z.string().nullable(),
  title: z.string().nullable(),
  channel: z.string().nullable(),
  duration_ms: z.int().nullable(),
  published_at: z.string().optional(),
  live: z.enum(['none', 'live', 'ended']).optional(),
  thumbnails: z.array(z.strictObject({ url: z.url(), width: z.int(), height: z.int() })).optional(),
  provenance: z.record(z.string(), z.string()).optional(),
  segments: z.array(z.strictObject({ text: z.string(), start_ms: z.int(), duration_ms: z.int() })).nullable(),
  error: errorLine.nullable(),
})

export type TranscriptLine = z.output<typeof transcriptLine>

/** Distinct videos that the stand-in always has. */
export const bulkIds = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, index) => `bulk${String(index + from).padStart(7, '0')}`)

/** Ids of the jobs that a run named when it had stored them. */
export const jobsNamedIn = (stderr: string): string => /jobs? ([0-9a-f,-]{36,}):/i.exec(stderr)?.[1] ?? ''
