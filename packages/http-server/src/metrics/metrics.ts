// What the API asks of metrics. Without the library that keeps them, which only those load who make some.

/** The metrics of one process. Made by `createMetrics` of `@ytscriptify/http-server/metrics`. */
export interface Metrics {
  /** Counts a request that was answered. The handler that is given the metrics calls it itself. */
  readonly countRequest: (request: CountedRequest) => void
  /** Counts a fault of the queue: hand it to the queue as its `onError`. */
  readonly countQueueFault: (fault: unknown) => void
  /**
   * All metrics as they are now. It waits for the storage a bounded time only, and never rejects because that is away:
   * `ytscriptify_storage_up` is 0 then, and what only the storage knows is left out.
   */
  scrape(): Promise<Scrape>
}

/** Metrics in the text format of Prometheus. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export interface Scrape {
  readonly contentType: string
  readonly body: string
}

export interface CountedRequest {
  readonly method: string
  /** As it is declared, `/job_status/{id}`, or `*`: never the path itself, of which there are too many. */
  readonly route: string
  readonly status: number
  /** From the arrival of the request to the head of the answer, in milliseconds. */
  readonly durationMs: number
}
