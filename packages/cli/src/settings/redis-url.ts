// The Redis that carries hints: REDIS_URL. https://www.iana.org/assignments/uri-schemes/prov/redis
// Celery wrote its broker in the same way, and knew brokers that are no Redis: CELERY_BROKER_URL.

/** @returns how the sentence about the URL goes on, when it cannot be used. */
export function redisUrlProblem(text: string): string | undefined {
  if (!isRedisUrl(text)) return 'is not the URL of a Redis'
  if (!URL.canParse(text)) return 'is not a URL'
  const { hostname, pathname, username, password } = new URL(text)
  if (hostname === '') return 'names no host'
  if (!isDecodable(username) || !isDecodable(password))
    return 'has a per cent sign in user or password that is not written as %25'
  return /^\/?\d{0,5}$/.test(pathname) ? undefined : 'has something else than the number of a database behind the host'
}

export const isRedisUrl = (text: string): boolean => /^rediss?:\/\//i.test(text)

/** `amqp`, for a sentence about a broker that is none of ours. */
export const schemeOf = (text: string): string => /^([a-z][\w+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? 'it'

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
