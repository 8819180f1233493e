// A client of the server-sent events of a job, who notes when each of them arrived.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { Server } from './caller.ts'

export interface JobEvent {
  readonly event: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as it comes: the assertions say what it must be
  readonly data: any
  /** By the clock of this process, which is the database's too: they are on one machine. */
  readonly arrivedAt: number
}

export interface FollowOptions {
  readonly server: Server
  readonly key: string
  readonly onEvent?: (event: JobEvent) => void
}

/** Resolves with all events when the stream ends, after the end of the job. */
export async function followJob(jobId: string, { server, key, onEvent }: FollowOptions): Promise<readonly JobEvent[]> {
  const response = await fetch(`${server.url()}/job_status/${jobId}/events`, { headers: { 'X-API-Key': key } })
  if (response.status !== 200 || !response.body) throw new Error(`The events were answered ${response.status}.`)
  const events: JobEvent[] = []
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (!event) continue
      events.push(event)
      onEvent?.(event)
    }
  }
  return events
}

/** @returns `undefined` for comments and for what only sets the time of reconnection. */
function eventOf(block: string): JobEvent | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  const data = field('data')
  if (data === undefined) return undefined
  return { event: field('event') ?? 'message', data: JSON.parse(data) as unknown, arrivedAt: Date.now() }
}
