// From names to addresses, as the system does it: hosts file, search domains and all.
import { lookup } from 'node:dns/promises'

/**
 * Gives all addresses of a name, in the order in which they are to be tried.
 *
 * @throws an error with a `code` (`ENOTFOUND`) when there is none.
 */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/**
 * Asks once for a name that is being asked for already: a name whose servers never answer keeps one of libuv's threads
 * busy for as long as the system waits, and must not get all four of them.
 */
export function systemResolver(): Resolve {
  const asking = new Map<string, Promise<readonly string[]>>()

  async function ask(hostname: string): Promise<readonly string[]> {
    try {
      const answers = await lookup(hostname, { all: true })
      return answers.map(({ address }) => address)
    } finally {
      asking.delete(hostname)
    }
  }

  return (hostname) => {
    const known = asking.get(hostname)
    if (known) return known
    const asked = ask(hostname)
    asking.set(hostname, asked)
    return asked
  }
}
