// A server without anything of ours: parses a submission and inserts a row, one durable commit each; reads it back by its
// id. What `bench/http.mjs` compares with.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { openBareDatabase } from './lib/bare-database.mjs'

const { PORT, DATABASE_URL } = process.env
const database = openBareDatabase(DATABASE_URL.replace(/^sqlite:/, ''))
database.exec('CREATE TABLE jobs (id TEXT PRIMARY KEY, urls TEXT NOT NULL)')
const insert = database.prepare('INSERT INTO jobs (id, urls) VALUES (?, ?)')
const find = database.prepare('SELECT id, urls FROM jobs WHERE id = ?')

const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const { urls } = await json(request)
    const id = randomUUID()
    insert.run(id, JSON.stringify(urls))
    return void response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ job_id: id }))
  }
  const job = find.get(request.url.split('/').at(-1)) ?? {}
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(job))
}).listen(Number(PORT), '127.0.0.1')

process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => database.close())
})
