// What a diagnosis of the service does not look at: Node.js, where the database is, and Redis.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemClock, type Diagnosis, type Finding } from '@ytscriptify/core'
import { databaseLabel, type Settings } from '../settings/settings.ts'

/** The oldest that this package runs on: `engines` in package.json. */
const OLDEST_NODE = { major: 20, minor: 19 } as const

/** The first one that is still maintained: https://nodejs.org/en/about/previous-releases */
const OLDEST_MAINTAINED_MAJOR = 22

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const about = 'machine'
  const { major: oldest, minor: oldestMinor } = OLDEST_NODE
  const update = { remedy: 'update', advice: `Install Node.js ${OLDEST_MAINTAINED_MAJOR} or newer.` } as const
  if (major < oldest || (major === oldest && minor < oldestMinor)) {
    const message = `Node.js ${version} is too old: ytscriptify needs ${oldest}.${oldestMinor} or newer.`
    return { level: 'problem', about, message, ...update }
  }
  if (major < OLDEST_MAINTAINED_MAJOR)
    return { level: 'warning', about, message: `Node.js ${version} gets no security fixes any more.`, ...update }
  return { level: 'ok', about, message: `Node.js ${version}.` }
}

/** What was found of the storage, with the name under which people know it. */
export async function storageFindings(
  { storage, findings }: Diagnosis,
  { database }: Pick<Settings, 'database'>,
): Promise<readonly Finding[]> {
  const label = databaseLabel(database)
  const about = 'storage'
  if (storage.state === 'failing') return findings.filter((finding) => finding.about === 'storage')
  if (storage.state === 'answers') {
    const message = `${label} answers, with schema ${storage.schemaVersion ?? 0} (${Math.round(storage.ms)} ms).`
    return [{ level: 'ok', about, message }]
  }
  try {
    await access(dirname(label), constants.W_OK)
    return [{ level: 'ok', about, message: `${label} is not there yet: the first job makes it.` }]
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [
      {
        level: 'problem',
        about,
        message: `${label} cannot be made: ${why}.`,
        remedy: 'check_storage',
        advice: 'Let this user write to the folder, or name another file: DATABASE_URL.',
      },
    ]
  }
}

/** Redis only makes things quicker: without it nothing stops. */
export async function redisFindings({ redisUrl }: Settings): Promise<readonly Finding[]> {
  if (redisUrl === undefined) return []
  const { pingRedis } = await import('@ytscriptify/queue-bullmq')
  const { host } = new URL(redisUrl)
  const about = 'queue'
  const startedAt = systemClock.monotonic()
  try {
    await pingRedis({ connection: redisUrl })
    const ms = Math.round(systemClock.monotonic() - startedAt)
    return [{ level: 'ok', about, message: `Redis at ${host} answers (${ms} ms).` }]
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    const message = `Redis at ${host} does not answer: ${why}. Work goes on, and is found a few seconds later.`
    return [{ level: 'warning', about, message, remedy: 'check_queue', advice: 'Mend Redis, or take REDIS_URL away.' }]
  }
}
