// What the global set-up provides to tests.
import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL server on which databases may be created. Make one for each file: `createTestDatabase`. */
    readonly postgresUrl: string
    /** A Redis server. Others use it, too: take a prefix of your own. */
    readonly redisUrl: string
  }
}
