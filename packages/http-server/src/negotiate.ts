// Which of several forms a client wants. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
import type { ApiRequest } from './api-request.ts'

/**
 * The type that `Accept` likes best, or `undefined` when it takes none of them.
 *
 * @param types - What there is, the preferred first: `['application/json', 'text/vtt']`.
 */
export function preferredType<Type extends string>(request: ApiRequest, types: readonly Type[]): Type | undefined {
  const accept = request.headers.get('accept')
  if (accept === null || accept.trim() === '') return types[0]
  const ranges = accept.split(',').map(rangeOf)
  let best: Type | undefined
  let bestQuality = 0
  for (const type of types) {
    const quality = qualityOf(type, ranges)
    if (quality > bestQuality) [best, bestQuality] = [type, quality]
  }
  return best
}

interface Range {
  readonly type: string
  readonly quality: number
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  // A weight that is none says nothing; what it belongs to is wanted all the same.
  const quality = weight === undefined || !/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? 1 : Number(weight)
  return { type, quality }
}

/** The most specific range decides: of `text/*;q=0.5, text/vtt;q=0` the second, for VTT. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`
  for (const pattern of [type, family, '*/*']) {
    const fitting = ranges.filter((range) => range.type === pattern)
    if (fitting.length > 0) return Math.max(...fitting.map(({ quality }) => quality))
  }
  return 0
}
