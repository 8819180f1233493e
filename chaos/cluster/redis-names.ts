// What the queue calls things in Redis, for those who look or write past it.
export const REDIS_PREFIX = '{ytscriptify}'
/** The queue of hints. */
export const HINTS = 'hints-youtube'
/** The channel of notes about jobs. */
export const NOTES = `${REDIS_PREFIX}:notes`
