// Answers before they are a Response of the web: plain data, which costs nothing to make, and which the layer over node:http
// writes as it is.

/** What a request is answered. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** A text is at hand as a whole, and is sent in UTF-8; a stream is made while it is sent. */
  readonly body: string | ReadableStream<Uint8Array> | null
}

export interface AnswerOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer in JSON. @param body - As it is sent: stored text is not parsed to be written again. */
export const jsonText = (body: string, options: AnswerOptions = {}): Answer =>
  text(body, { ...options, headers: { 'content-type': 'application/json', ...options.headers } })

export const json = (body: unknown, options?: AnswerOptions): Answer => jsonText(JSON.stringify(body), options)

/** An answer whose whole body is at hand, so that its length is known. */
export const text = (body: string, { status = 200, headers }: AnswerOptions = {}): Answer => ({
  status,
  headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
  body,
})

/** An answer that is made while it is sent. */
export const streamed = (body: ReadableStream<Uint8Array>, headers: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  headers,
  body,
})

/** An answer that is all said in its head. */
export const empty = (status: number, headers: Readonly<Record<string, string>>): Answer => ({
  status,
  headers,
  body: null,
})

/** The head of an answer to HEAD, whose body was not made. */
export const headOnly = (headers: Readonly<Record<string, string>>): Answer => empty(200, headers)

/** What a client has is still so: RFC 9110, section 15.4.5. What would describe the body is left out with it. */
export const notModified = (headers: Readonly<Record<string, string>>): Answer =>
  empty(304, Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-'))))

export const responseOf = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers })

/** The same answer without its body, which nobody makes then. */
export async function withoutBody({ status, headers, body }: Answer): Promise<Answer> {
  if (body !== null && typeof body !== 'string') await body.cancel()
  return empty(status, headers)
}
