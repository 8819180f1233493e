// A database of one's own on a server that others use, too.
import { randomUUID } from 'node:crypto'
import pg from 'pg'

/**
 * @param {string} serverUrl - Of a server on which databases may be created: `inject('postgresUrl')`.
 * @returns {Promise<{ url: string, drop: () => Promise<void> }>} - an empty database. `drop` waits 5 s for the connections to
 *   it, then ends them.
 */
export async function createTestDatabase(serverUrl) {
  const name = `ytscriptify_test_${randomUUID().replaceAll('-', '')}`
  await execute(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => dropDatabase(serverUrl, name) }
}

/**
 * The pool of pg says that it has ended before the server has read the good-byes of its clients. Whoever is ended by force
 * until then says so in an error that nobody listens for any more. So PostgreSQL waits for them first, for up to 5 s.
 */
async function dropDatabase(serverUrl, name) {
  try {
    await execute(serverUrl, `drop database if exists ${name}`)
  } catch (error) {
    if (error.code !== OBJECT_IN_USE) throw error
    await execute(serverUrl, `drop database if exists ${name} with (force)`)
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const OBJECT_IN_USE = '55006'

async function execute(serverUrl, statement) {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
