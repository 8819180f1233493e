// How answers are made: JSON that is at hand, and JSON that comes piece by piece.

export interface AnswerOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer in JSON. @param body - As it is sent: stored text is not parsed to be written again. */
export const jsonText = (body: string, options: AnswerOptions = {}): Response =>
  text(body, { ...options, headers: { 'content-type': 'application/json', ...options.headers } })

export const json = (body: unknown, options?: AnswerOptions): Response => jsonText(JSON.stringify(body), options)

/** An answer whose whole body is at hand, so that its length is known. */
export const text = (body: string, { status = 200, headers }: AnswerOptions = {}): Response =>
  new Response(body, { status, headers: { 'content-length': String(Buffer.byteLength(body)), ...headers } })

/** The head of an answer to HEAD, whose body was not made. */
export const headOnly = (headers: Readonly<Record<string, string>>): Response => new Response(null, { headers })

/** What a client has is still so: RFC 9110, section 15.4.5. What would describe the body is left out with it. */
export const notModified = (headers: Readonly<Record<string, string>>): Response =>
  new Response(null, {
    status: 304,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-'))),
  })
