// What a run says about itself on stderr.
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createScreen } from '../src/output/screen.ts'
import { resumeCommand } from '../src/transcribe/resume-command.ts'
import { createRunReport } from '../src/transcribe/run-report.ts'

const jobOf = (id: string) => ({ id, counts: { total: 50, completed: 0, failed: 0, cancelled: 0 } })

function reportOn(jobs: readonly ReturnType<typeof jobOf>[], { listed }: { readonly listed: number }) {
  const stream = new PassThrough()
  const screen = createScreen(stream, {})
  const report = createRunReport({
    jobs,
    listed,
    screen,
    texts: [],
    folder: undefined,
    env: {},
    isQuiet: () => false,
  })
  return { report, written: () => String(stream.read() ?? '') }
}

describe('a run', () => {
  it('whose storing was cut short says how many videos have to be given again', () => {
    const { report, written } = reportOn([jobOf('a')], { listed: 120 })

    report.howToResume()

    expect(written()).toBe(
      'What is left is stored. To continue:\n' +
        '  ytscriptify transcribe --resume a\n' +
        '70 videos of the list are not stored: give them again.\n',
    )
  })

  it('says it too when everything that was stored is done', () => {
    const { report, written } = reportOn([jobOf('a')], { listed: 51 })

    report.summary({ total: 50, completed: 50, failed: 0, blocked: 0, cancelled: 0, unfinished: 0 })

    expect(written()).toBe('50 videos: 50 done\n1 video of the list is not stored: give it again.\n')
  })

  it('of many jobs does not print all their ids, except to continue', () => {
    const { report, written } = reportOn(['a', 'b', 'c', 'd'].map(jobOf), { listed: 200 })

    report.stored('transcriber.db')
    report.howToResume()

    expect(written()).toBe(
      '4 jobs (ytscriptify jobs lists them): 200 videos, stored in transcriber.db\n' +
        'What is left is stored. To continue:\n' +
        '  ytscriptify transcribe --resume a,b,c,d\n',
    )
  })

  it('that was started by npx is continued by npx', () => {
    const command = resumeCommand({ jobIds: ['a'], texts: ['--json'], folder: undefined, env: { npm_command: 'exec' } })

    expect(command).toBe('npx ytscriptify transcribe --resume a --json')
  })
})
