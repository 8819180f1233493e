// The public entry of @ytscriptify/http-server/metrics: apart from the server, since the library behind it takes its time to load.
export { createMetrics, type MetricsOptions } from './create-metrics.ts'
export type { CountedRequest, Metrics, Scrape } from './metrics.ts'
