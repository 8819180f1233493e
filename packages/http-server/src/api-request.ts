// What the API reads of a request.

/** A `Request` of the web is one. What comes over node:http is another one, which is made of much less. */
export interface ApiRequest {
  readonly method: string
  /** Absolute, and as the URL parser writes it. */
  readonly url: string
  readonly headers: Pick<Headers, 'get' | 'has'>
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** `null` when there is none. Leaving off in the middle takes no more of it from the client. */
  readonly body: AsyncIterable<Uint8Array> | null
  readonly bodyUsed: boolean
}
