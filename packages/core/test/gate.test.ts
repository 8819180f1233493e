import { describe, expect, it } from 'vitest'
import { DEFAULT_GATE_POLICY as policy, gateAfterAnswer, gateAfterRefusal, gateStateAt, openGate } from '../src/gate.ts'

const lease = { transcriptId: 1, attempt: 1 }
const other = { transcriptId: 2, attempt: 1 }
const gate = openGate('youtube', 'youtube')

describe('a gate', () => {
  it('closes for half a minute at the first refusal', () => {
    const after = gateAfterRefusal(gate, { lease, retryAfterMs: 0, now: 1_000, policy })

    expect(after.closed).toBe(true)
    expect(after.gate).toMatchObject({ closedUntil: 31_000, closings: 1, closedBy: 1 })
  })

  it('closes for longer when the source asks for it', () => {
    const after = gateAfterRefusal(gate, { lease, retryAfterMs: 600_000, now: 1_000, policy })

    expect(after.gate.closedUntil).toBe(601_000)
  })

  it('is closed, then ajar, by the clock', () => {
    const { gate: closed } = gateAfterRefusal(gate, { lease, retryAfterMs: 0, now: 0, policy })

    expect([gateStateAt(gate, 0), gateStateAt(closed, 29_999), gateStateAt(closed, 30_000)]).toEqual([
      'open',
      'closed',
      'ajar',
    ])
  })

  it('takes further answers to the same block as one: they lengthen the pause, and double nothing', () => {
    const { gate: closed } = gateAfterRefusal(gate, { lease, retryAfterMs: 0, now: 0, policy })

    const short = gateAfterRefusal(closed, { lease: other, retryAfterMs: 5_000, now: 100, policy })
    const long = gateAfterRefusal(closed, { lease: other, retryAfterMs: 60_000, now: 100, policy })

    expect(short).toEqual({ gate: closed, closed: false })
    expect(long).toEqual({ gate: { ...closed, closedUntil: 60_100 }, closed: false })
  })

  it('doubles its pause, up to five minutes, each time that a probe is refused', () => {
    let now = 0
    let { gate: current } = gateAfterRefusal(gate, { lease, retryAfterMs: 0, now, policy })
    const pauses = [30_000]

    for (let attempt = 2; attempt <= 6; attempt += 1) {
      now = current.closedUntil ?? 0
      const probe = { transcriptId: 2, attempt }
      current = gateAfterRefusal({ ...current, probe }, { lease: probe, retryAfterMs: 0, now, policy }).gate
      pauses.push((current.closedUntil ?? 0) - now)
    }

    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000])
  })

  it('opens when its probe is answered, and only then', () => {
    const { gate: closed } = gateAfterRefusal(gate, { lease, retryAfterMs: 0, now: 0, policy })
    const ajar = { ...closed, probe: other }

    expect(gateAfterAnswer(ajar, lease)).toEqual({ gate: ajar, opened: false })
    expect(gateAfterAnswer(ajar, other)).toEqual({ gate: { ...gate, openings: 1 }, opened: true })
  })
})
