// `npm run demo`, as a newcomer's first look.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const DEMO = fileURLToPath(new URL('../../../scripts/demo.mjs', import.meta.url))

describe('the demo', () => {
  it(
    'serves, kills the server in the middle of a job, goes on, and shows transcripts and a verified callback',
    { timeout: 120_000 },
    async () => {
      const child = spawn(process.execPath, [DEMO], { stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = new Promise((resolve) => child.on('close', resolve))
      const output = await text(child.stdout)
      const folder = /Kept for you to look at: (\S+)\//.exec(output)?.[1] ?? ''
      await rm(folder, { recursive: true, force: true })

      expect(output).toContain('YouTube is a stand-in here')
      expect(output).toContain('killed with SIGKILL')
      expect(output.match(/^ {2}✓ \S{11} {2}/gm)).toHaveLength(9)
      expect(output).toContain('✗ private_vid  video_private')
      expect(output).toContain('██████████  10 of 10  1 failed  completed')
      expect(output).toContain('00:00:00,480 --> ')
      expect(output).toContain('✓ signature verified')
      expect(output).toContain('job.completed: 10 results of job ')
      expect(output).toContain('the server has drained, and ended with 0')
      expect(output).toContain('0:00  Four score and seven years ago our fathers')
      expect(folder).not.toBe('')
      expect(await ended).toBe(0)
    },
  )

  it('takes URLs and no flags', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [DEMO, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = new Promise((resolve) => child.on('close', resolve))
    const complaint = await text(child.stderr)

    expect(complaint).toBe('The demo takes URLs of videos and no flags, but was given "--help".\n')
    expect(await ended).toBe(2)
  })
})
