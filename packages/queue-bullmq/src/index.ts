// The public entry of @ytscriptify/queue-bullmq.
export { bullmqQueue, type BullmqQueueOptions } from './bullmq-queue.ts'
export { pingRedis, type PingRedisOptions } from './ping-redis.ts'
export {
  redisRateLimitStore,
  type RedisRateLimitStore,
  type RedisRateLimitStoreOptions,
} from './redis-rate-limit-store.ts'
export type { RedisConnection } from './redis-connection.ts'
