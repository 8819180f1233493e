// A Redis that throws away keys when its memory is full throws away hints and counts.
import type { Redis } from 'ioredis'

/** @returns what to tell whoever runs it, if there is anything; nothing also where Redis does not say. */
export async function evictionWarning(client: Redis): Promise<Error | undefined> {
  const policy = await evictionPolicy(client)
  if (policy === undefined || policy === 'noeviction') return undefined
  return new Error(
    `maxmemory-policy is "${policy}", so that hints and the counts of limits may vanish when the memory is full; set it to "noeviction".`,
  )
}

/** From INFO, which more servers and users may be asked than CONFIG. */
async function evictionPolicy(client: Redis): Promise<string | undefined> {
  try {
    return /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1]
  } catch {
    return undefined // Not allowed, or away again: then it is not known.
  }
}
