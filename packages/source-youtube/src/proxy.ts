// A proxy as a way to YouTube. Its library is loaded when the first request needs it.
import { TranscriptionError } from '@ytscriptify/core'
import type { Connection, Egress } from './egress.ts'
import { parseProxyUrl } from './proxy-url.ts'
import type { Send } from './transport.ts'

/** A proxy that requests to YouTube go through. */
export interface YouTubeProxy {
  /** `http://user:password@host:port`, or `https:` where the way to the proxy is encrypted too. */
  readonly url: string | URL
  /**
   * Whether each connection through it gets another address. Such a proxy gets a fresh connection for each video, which
   * both requests of the video use, and after a refusal another one at once. @default false
   */
  readonly rotates?: boolean
}

/**
 * The way through a proxy.
 *
 * @throws {TranscriptionError} `invalid_input` when the URL is not that of a proxy. It is not shown: it may have a password.
 */
export function throughProxy({ url: given, rotates = false }: YouTubeProxy): Egress {
  const url = parseProxyUrl(given)
  if (!url) throw notAProxy()
  if (rotates) return { label: url.host, rotates, connect: () => connectionThrough(url, { connections: 1 }) }
  const shared = connectionThrough(url)
  // Its idle connections do not keep the process alive.
  return { label: url.host, rotates, connect: () => ({ send: shared.send, close: async () => undefined }) }
}

function connectionThrough(url: URL, options: { readonly connections?: number } = {}): Connection {
  let opening: ReturnType<typeof open> | undefined

  async function open() {
    // By its default: in a bundle, a module in CommonJS that is loaded late has no other name.
    const { default: undici } = await import('undici')
    const token = authorizationOf(url)
    const agent = new undici.ProxyAgent({ uri: url.origin, ...(token !== undefined && { token }), ...options })
    const send: Send = (target, init) => undici.fetch(target, { ...init, dispatcher: agent })
    return { agent, send }
  }

  return {
    async send(target, init) {
      opening ??= open()
      return (await opening).send(target, init)
    },
    async close() {
      const opened = await opening
      await opened?.agent.destroy()
    },
  }
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '') return undefined
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

const notAProxy = (): TranscriptionError =>
  new TranscriptionError('invalid_input', 'A proxy must be an http or https URL.', {
    hint: 'Write it like http://user:password@host:port, with special characters of the password percent-encoded.',
  })
