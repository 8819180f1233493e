// The servers that all contenders share: one PostgreSQL, as durable as one in earnest, and one Redis; both private.
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, startRedis } from '@ytscriptify/test-servers'
import pg from 'pg'

/** Room for a run without a checkpoint in its middle, and for four processes of each contender. */
const SETTINGS = { max_connections: '300', shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' }

/** @param bin - The folder of another PostgreSQL than the one that npm installs, which has no lz4. */
export async function startServers({ bin = process.env.BENCH_POSTGRES_BIN } = {}) {
  const postgres = await startPostgres({ fsync: true, settings: SETTINGS, ...(bin && { bin }) })
  const redis = await startRedis()
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  let places = 0

  return {
    pids: { postgres: postgres.pid, redis: redis.pid },

    /** An empty place for a contender: a database of its own, or a file, and an empty Redis. */
    async place({ servers }) {
      places += 1
      if (servers.includes('redis')) await redisCommand(redis.port, 'FLUSHALL')
      if (!servers.includes('postgres')) return fileOf(places)
      const name = `bench_${places}`
      await admin.query(`create database ${name}`)
      const url = new URL(postgres.url)
      url.pathname = name
      return {
        databaseUrl: url.href,
        ...(servers.includes('redis') && { redisUrl: redis.url }),
        /** What was written stays written, so that nobody pays for the run before. */
        settle: () => admin.query('checkpoint'),
        bytes: async () => Number((await admin.query('select pg_database_size($1) as bytes', [name])).rows[0].bytes),
        remove: () => admin.query(`drop database ${name} with (force)`),
      }
    },

    /** Transactions of all databases since the start, and commands of Redis. */
    async counts() {
      const { rows } = await admin.query('select sum(xact_commit + xact_rollback)::float8 as sum from pg_stat_database')
      const info = await redisCommand(redis.port, 'INFO stats')
      return { transactions: rows[0].sum, commands: Number(/total_commands_processed:(\d+)/.exec(info)[1]) }
    },

    async versions() {
      const { rows } = await admin.query(
        `select current_setting('server_version') as version, 'lz4' = any(enumvals) as lz4
         from pg_settings where name = 'default_toast_compression'`,
      )
      const [{ version, lz4 }] = rows
      const info = await redisCommand(redis.port, 'INFO server')
      const texts = lz4 ? 'texts compressed by lz4' : 'without lz4: texts stored as they are'
      return `PostgreSQL ${version.split(' ')[0]} (fsync on, ${texts}), Redis ${/redis_version:(\S+)/.exec(info)[1]}`
    },

    async stop() {
      await admin.end()
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

function fileOf(number) {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  const file = join(folder, `${number}.db`)
  return {
    databaseUrl: `sqlite:${file}`,
    settle: () => Promise.resolve(),
    bytes: async () => statSync(file).size,
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

/** One inline command. https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands */
async function redisCommand(port, command) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'connect')
  socket.write(`${command}\r\nQUIT\r\n`)
  let answer = ''
  for await (const text of socket) answer += text
  if (answer.startsWith('-')) throw new Error(`Redis refuses ${command}: ${answer}`)
  return answer
}
