// A strict reader of the text format of Prometheus: what it takes, every scraper takes. It throws where it does not.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

/** Families by name. @throws an `Error` that names the line. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  for (const block of text.split(/(?=^# HELP )/m)) {
    const family = parseFamily(block.split('\n').filter((line) => line !== ''))
    if (families.has(family.name)) throw new Error(`${family.name} comes twice.`)
    for (const { name, labels } of family.samples) {
      const key = `${name}${JSON.stringify(Object.entries(labels).toSorted())}`
      if (seen.has(key)) throw new Error(`${key} comes twice.`)
      seen.add(key)
    }
    if (family.type === 'histogram') checkHistogram(family)
    families.set(family.name, family)
  }
  return families
}

function parseFamily([helpLine = '', typeLine = '', ...lines]: readonly string[]): Family {
  const [, name, help] = /^# HELP ([a-zA-Z_:][\w:]*) (\S.*)$/.exec(helpLine) ?? bad(helpLine)
  const [, typeName, type] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(typeLine) ?? bad(typeLine)
  if (name === undefined || help === undefined || typeName !== name) return bad(typeLine)
  if (type !== 'counter' && type !== 'gauge' && type !== 'histogram') return bad(typeLine)
  // https://prometheus.io/docs/practices/naming/
  // Those of the process are named by prom-client, which takes `_total` for gauges, too.
  const isNamedAsCounter = name.endsWith('_total') && !(name.startsWith('nodejs_') && type === 'gauge')
  if (isNamedAsCounter !== (type === 'counter')) throw new Error(`${name} is no name of a ${type}.`)
  const samples = lines.map(parseSample)
  const names = type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
  for (const sample of samples) if (!names.includes(sample.name)) throw new Error(`${sample.name} is among ${name}.`)
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts below 0.`)
  return { name, help, type, samples }
}

function parseSample(line: string): Sample {
  const [, name = '', inBraces = '', value = ''] =
    /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|Nan|NaN)$/.exec(line) ?? bad(line)
  const labels: Record<string, string> = {}
  let rest = inBraces
  while (rest !== '') {
    const [whole, label, written] = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?=.)|$)/.exec(rest) ?? bad(line)
    if (label === undefined || written === undefined || label in labels) return bad(line)
    labels[label] = written.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    rest = rest.slice(whole.length)
  }
  return { name, labels, value: value.endsWith('Inf') ? Number(`${value}inity`) : Number(value) }
}

/** Buckets add up: each holds those below it, the last one all. */
function checkHistogram({ name, samples }: Family): void {
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const own = Object.entries(count.labels)
    const buckets = samples.filter(
      (sample) => sample.name === `${name}_bucket` && own.every(([label, value]) => sample.labels[label] === value),
    )
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('+Inf', 'Infinity')))
    const isRising = (values: readonly number[]) => values.every((value, index) => value >= (values[index - 1] ?? 0))
    if (!isRising(bounds) || !isRising(buckets.map(({ value }) => value))) throw new Error(`${name} does not rise.`)
    if (bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count.value) throw new Error(`${name} misses some.`)
    if (!samples.some((sample) => sample.name === `${name}_sum` && sameLabels(sample, count)))
      throw new Error(`${name} has no sum.`)
  }
}

const sameLabels = (a: Sample, b: Sample): boolean =>
  JSON.stringify(Object.entries(a.labels).toSorted()) === JSON.stringify(Object.entries(b.labels).toSorted())

function bad(line: string): never {
  throw new Error(`Not as the format wants it: ${line}`)
}
