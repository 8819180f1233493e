// What docs/monitoring.md and the rules of alerts speak of is held against a real scrape: an alert on a metric that is called
// otherwise never fires, and nobody notices.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { memoryStorage } from '../../packages/adapter-memory/src/index.ts'
import { createTranscriptionService } from '../../packages/core/src/index.ts'
import { failing, fakeSource } from '../../packages/core/src/testing/index.ts'
import { createHttpServer } from '../../packages/http-server/src/index.ts'
import { createMetrics } from '../../packages/http-server/src/metrics/index.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/monitoring.md'), 'utf8')
const rulesFile = readFileSync(join(root, 'deploy/prometheus/ytscriptify.rules.yml'), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const { groups } = parse(rulesFile) as { groups: { name: string; rules: Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const queries = [...rules.map(({ expr }) => expr), ...blocksOf('promql')]

describe('docs/monitoring.md', () => {
  it('explains every metric of a scrape, and none that is not there', async () => {
    const { families } = await scrape()

    const explained = [...page.matchAll(/^\| `(ytscriptify_\w+)`/gm)].map(([, name = '']) => name)

    expect(explained.toSorted()).toEqual([...families].toSorted())
  })

  it('names metrics that are there', async () => {
    const { names } = await scrape()

    expect(metricsIn(page).filter((name) => !names.has(name))).toEqual([])
  })

  it('says what to do about every alert, where the alert leads to', () => {
    const headings = new Set([...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading))

    for (const { alert, annotations } of rules) {
      expect(headings).toContain(alert)
      expect(annotations['runbook_url']).toMatch(new RegExp(`/docs/monitoring.md#${alert.toLowerCase()}$`))
    }
    expect([...headings].filter((heading) => heading?.startsWith('Ytscriptify'))).toHaveLength(rules.length)
  })

  it('shows a configuration of Prometheus that is YAML, and sends the key as servers take it', () => {
    const [configuration = ''] = blocksOf('yaml')

    expect(parse(configuration)).toMatchObject({ scrape_configs: [{ authorization: { type: 'Bearer' } }] })
  })
})

describe('the rules of alerts', () => {
  it('have what every alert has: a name of its own, a severity, and words for who is woken up', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const rule of rules) {
      expect(rule).toMatchObject({
        alert: expect.stringMatching(/^Ytscriptify[A-Z]\w+$/),
        labels: { severity: expect.stringMatching(/^(page|warning)$/) },
        annotations: { summary: expect.any(String), description: expect.any(String) },
      })
    }
  })

  it('watch over what the service promises', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'YtscriptifyJobsFailing',
        'YtscriptifyWorkBehind',
        'YtscriptifyGateClosed',
        'YtscriptifyCallbacksGivenUp',
        'YtscriptifyWorkerLost',
        'YtscriptifyNoWorker',
        'YtscriptifyStorageDown',
        'YtscriptifyQueueDown',
      ]),
    )
  })

  it.each(queries)('ask for metrics and labels that are there: %s', async (query) => {
    const { names, samples } = await scrape()

    expect(metricsIn(query).filter((name) => !names.has(name))).toEqual([])
    for (const [, name = '', inBraces = ''] of query.matchAll(/(ytscriptify_\w+)\{([^}]*)\}/g)) {
      const labels = inBraces.split(',').map((matcher) => matcher.split(/=~?/))
      const found = samples.filter((sample) => sample.startsWith(`${name}{`))
      for (const [label = '', value = ''] of labels)
        expect(found.some((sample) => new RegExp(`[{,]${label}="(${value.slice(1, -1)})"`).test(sample))).toBe(true)
    }
  })
})

/** All of a real process: videos were completed and failed, and requests answered. */
async function scrape() {
  const queue = { isConnected: () => true }
  const source = fakeSource({ videos: { bbbbbbbbbbb: failing('video_private') } })
  const service = createTranscriptionService({ storage: memoryStorage(), source })
  const metrics = createMetrics({ service, queue, processMetrics: 'off' })
  const server = createHttpServer(service, { auth: 'none', queue, metrics, port: 0 })
  const { url } = await server.listen()
  onTestFinished(async () => {
    await server.close({ idleMs: 0, drainMs: 1_000 })
    await service.close()
  })
  const { job } = await service.submit({ urls: ['aaaaaaaaaaa', 'bbbbbbbbbbb'] })
  service.createWorker().start()
  await service.waitForEnd(job.id)
  // So that an answer of each kind is among those that are counted.
  await fetch(`${url}/jobs?cursor=none`)
  metrics.countRequest({ method: 'GET', route: '/readyz', status: 503, durationMs: 1 })

  const text = await (await fetch(`${url}/metrics`)).text()
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const families = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name))
  const names = new Set([...families, ...samples.map((sample) => /^\w+/.exec(sample)?.[0] ?? '')])
  return { families, names, samples }
}

function metricsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bytscriptify_\w+/g)].map(([name]) => name)
}

function blocksOf(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)
}
