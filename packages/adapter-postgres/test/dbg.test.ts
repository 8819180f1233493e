import { it } from 'vitest'
import { postgresQueue } from '../src/index.ts'
import { useDatabase } from './postgres-harness.ts'
const database = useDatabase()
it('x', async () => {
  const q = postgresQueue({ connectionString: database.url(), onError: (e) => console.log('ERR', e) })
  void q.consume((h) => console.log('told', h), { source: 'fake', signal: new AbortController().signal })
  for (let i = 0; i < 4; i++) { const t=performance.now(); await q.push({ source: 'fake', count: i }); console.log(i, q.isConnected?.(), performance.now()-t); await new Promise((r) => setTimeout(r, 50)) }
  await q.close(); console.log('closed')
})
