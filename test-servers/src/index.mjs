// Real servers for tests, private and on loopback, gone with whoever started them.
export { startPostgres } from './postgres.mjs'
export { startRedis } from './redis.mjs'
export { createTestDatabase } from './test-database.mjs'
