// How metrics name a gate.
import type { Gate } from '@ytscriptify/core'
import { boundedLabel } from './bounded-label.ts'

/** Makes the function that names gates. A source decides on the keys of its gates: a handful, unless it is mistaken. */
export function gateLabels(): (gate: Pick<Gate, 'source' | 'key'>) => {
  readonly source: string
  readonly key: string
} {
  const sourceLabel = boundedLabel(10)
  const keyLabel = boundedLabel(50)
  return ({ source, key }) => ({ source: sourceLabel(source), key: keyLabel(key) })
}
