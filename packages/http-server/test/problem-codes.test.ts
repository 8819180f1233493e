import { HINTS, RETRY_RULES, type ErrorCode } from '@ytscriptify/core'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_STATUS, TRANSPORT_PROBLEMS } from '../src/index.ts'
import { typeOf, type ProblemCode } from '../src/problem-codes.ts'

const page = join(import.meta.dirname, '../../../docs/errors.md')

describe('docs/errors.md', () => {
  it('explains every code, as the tables of the code have it', async () => {
    // Written anew by `npx vitest -u`.
    await expect(errorsPage()).toMatchFileSnapshot(page)
  })

  it.each(Object.keys(ERROR_STATUS) as ErrorCode[])('is where the problem %s leads', (code) => {
    const [, anchor] = typeOf(code).split('docs/errors.md#')

    expect(errorsPage()).toContain(`\n### ${anchor!}\n`)
  })
})

function errorsPage(): string {
  const codes = Object.keys(RETRY_RULES) as ErrorCode[]
  const groups: [string, string, readonly ErrorCode[]][] = [
    [
      'What callers can mend',
      'The request can be read, and asks for something that cannot be done.',
      codes.slice(0, codes.indexOf('video_unavailable')),
    ],
    [
      'What became of a video',
      'Stored with a video, and shown among the results of its job. Over HTTP they answer a request for its text.',
      codes.slice(codes.indexOf('video_unavailable'), codes.indexOf('deadline_exceeded')),
    ],
    [
      'What the engine says',
      'Of jobs and videos that it ended, and of itself.',
      codes.slice(codes.indexOf('deadline_exceeded')),
    ],
  ]
  const known = groups.map(([title, text, members]) => `## ${title}\n\n${text}\n\n${members.map(ofLibrary).join('\n')}`)
  const transport = Object.entries(TRANSPORT_PROBLEMS).map(
    ([code, { status, hint }]) => `### ${code}\n\n${hint}\n\nHTTP ${status}.\n`,
  )
  const onlyHttp = `## What only HTTP can get wrong\n\nThe request does not reach the library.\n\n${transport.join('\n')}`
  return `${INTRODUCTION}\n${[...known, onlyHttp].join('\n')}`
}

const INTRODUCTION = `# Errors

Every error has a code: the same in the library (\`TranscriptionError.code\`), in stored results, in callbacks and in the
problems of the HTTP API (RFC 9457), where \`type\` leads to a section of this page. A code never changes its meaning;
messages may. Programs read the code, people read the message and the hint.
`

const ofLibrary = (code: ErrorCode): string =>
  `### ${code}\n\n${HINTS[code]}\n\nHTTP ${ERROR_STATUS[code]}. ${RETRIES[RETRY_RULES[code]]}\n`

const RETRIES = {
  never: 'Another try gives the same answer.',
  soon: 'Tried again within seconds, then after minutes.',
  later: 'Worth another try after a while.',
  scheduled: 'Tried again when the video itself is ready.',
  gate: 'Tried again when the source lets us in again; the pause concerns all its videos.',
} as const

describe('a code', () => {
  const all = [...Object.keys(ERROR_STATUS), ...Object.keys(TRANSPORT_PROBLEMS)] as ProblemCode[]

  it('means one thing: none is in both tables', () => {
    expect(new Set(all).size).toBe(all.length)
  })
})
