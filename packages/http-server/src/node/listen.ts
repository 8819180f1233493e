// Beginning to listen, with errors that say what to do.
import { once } from 'node:events'
import type { Server } from 'node:http'

export interface ListenOptions {
  readonly port: number
  readonly host: string
}

/** @throws an `Error` that names the address and the way out, with the system's error as its cause. */
export async function listen(server: Server, { port, host }: ListenOptions): Promise<{ url: string; port: number }> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new Error(REASONS[code]?.({ port, host }) ?? `Cannot listen on ${host}, port ${port}.`, { cause })
  }
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return { url: `http://${hostOfUrl(host)}:${actual}`, port: actual }
}

const REASONS: Readonly<Record<string, (options: ListenOptions) => string>> = {
  EADDRINUSE: ({ port, host }) =>
    `Port ${port} of ${host} is in use. Stop what listens there, or take another port; 0 takes any free one.`,
  EACCES: ({ port }) =>
    `Port ${port} may not be used by this user. Take one from 1024 on, and let a proxy listen on it.`,
  EADDRNOTAVAIL: ({ host }) => `This machine has no address ${host}. 0.0.0.0 listens on all that it has.`,
  ENOTFOUND: ({ host }) => `The host ${host} is not known. Give an address of this machine, or 0.0.0.0 for all.`,
}

/** Where a client on this machine finds it. */
function hostOfUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
