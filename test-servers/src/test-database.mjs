// A database of one's own on a server that others use, too.
import { randomUUID } from 'node:crypto'
import pg from 'pg'

/**
 * @param {string} serverUrl - Of a server on which databases may be created: `inject('postgresUrl')`.
 * @returns {Promise<{ url: string, drop: () => Promise<void> }>} - an empty database. `drop` ends the connections to it.
 */
export async function createTestDatabase(serverUrl) {
  const name = `ytscriptify_test_${randomUUID().replaceAll('-', '')}`
  await execute(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => execute(serverUrl, `drop database if exists ${name} with (force)`) }
}

async function execute(serverUrl, statement) {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
