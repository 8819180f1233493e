// Brings up what the tests need, once for a whole run of them, and takes it down again.
import { startPostgres } from './postgres.mjs'
import { startRedis } from './redis.mjs'

/** @param {import('vitest/node').TestProject} project */
export default async function setUp({ provide }) {
  const { TEST_DATABASE_URL: postgresUrl, TEST_REDIS_URL: redisUrl } = process.env
  const started = []
  const tearDown = async () => void (await Promise.all(started.map((server) => server.stop())))
  try {
    provide('postgresUrl', postgresUrl ? given('PostgreSQL', postgresUrl) : await urlOf(startPostgres()))
    provide('redisUrl', redisUrl ? given('Redis', redisUrl) : await urlOf(startRedis()))
  } catch (error) {
    await tearDown()
    throw error
  }
  return tearDown

  async function urlOf(starting) {
    const server = await starting
    started.push(server)
    return server.url
  }
}

function given(what, url) {
  const { hostname, port, pathname } = new URL(url)
  console.log(`The tests use the ${what} on ${hostname}${port && `:${port}`}${pathname}, as the environment says.`)
  return url
}
