// What things are called in Redis. All names of one prefix have one hash tag, so that a cluster keeps them together:
// BullMQ's scripts, and ours, touch several keys at once.

export interface RedisNames {
  /** The prefix of BullMQ. */
  readonly prefix: string
  /** The channel of the notes. */
  readonly notes: string
  /** The name of the BullMQ queue of a source. */
  readonly hintsOf: (source: string) => string
  /** The key of a window of a limit. */
  readonly limitOf: (key: string) => string
}

/** @throws {TypeError} when no hash tag can be made of the prefix. */
export function redisNames(prefix: string): RedisNames {
  if (!/^[^{}]+$/.test(prefix))
    throw new TypeError(`The prefix "${prefix}" is empty or has braces; take some letters, such as "ytscriptify".`)
  const tag = `{${prefix}}`
  return {
    prefix: tag,
    notes: `${tag}:notes`,
    // BullMQ refuses colons in the names of queues.
    hintsOf: (source) => `hints-${encodeURIComponent(source)}`,
    limitOf: (key) => `${tag}:limit:${key}`,
  }
}

export const DEFAULT_PREFIX = 'ytscriptify'
