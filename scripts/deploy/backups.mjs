// The backups of docs/operations.md, made by its own commands while jobs are submitted, and restored.
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from '../lib/run.mjs'
import { startLoad, storedJobs } from './load.mjs'

const CALLERS = 8
const BEFORE = 200

/** A copy that is made under load is whole, and has everything that was accepted before. */
export async function backUpAndRestore(site) {
  const guide = await readFile(join(root, 'docs/operations.md'), 'utf8')
  const backups = join(site.folder, 'backups')
  await mkdir(backups)
  const here = (command) =>
    command.replaceAll('/var/lib/ytscriptify', site.folder).replaceAll('/var/backups/ytscriptify', backups)
  const [copying, checking] = [/^sqlite3 .*("\.backup|"VACUUM).*$/gm, /^sqlite3 -readonly .*integrity_check.*$/gm].map(
    (pattern) => [...guide.matchAll(pattern)].map(([command]) => here(command)),
  )
  if (copying.length < 2 || checking.length !== 1) throw new Error('The guide has other commands than are known here.')

  const load = startLoad(site, { callers: CALLERS })
  await load.more(BEFORE)
  const accepted = [...load.heard.jobs]
  const problems = []
  for (const command of [...copying, ...checking]) {
    const { ok, output } = await run(['sh', '-c', command])
    if (!ok) problems.push(`${command}\n${output}`)
    else if (command === checking[0] && !output.startsWith('ok\n')) problems.push(`The copy is broken: ${output}`)
  }
  const { failures } = await load.stop()
  if (problems.length > 0) return { problems, notes: [] }

  const later = new Set(await storedJobs(site))
  const restored = await restore(site, join(backups, 'transcriber.db'))
  const lost = accepted.filter((id) => !restored.has(id))
  const invented = [...restored].filter((id) => !later.has(id))
  return {
    problems: [
      ...failures.slice(0, 5),
      ...(lost.length > 0 ? [`${lost.length} jobs were accepted before the backup and are not in it.`] : []),
      ...(invented.length > 0 ? [`${invented.length} jobs are in the backup that never were.`] : []),
    ],
    notes: [
      `backup: ${copying.length} copies under load, ${failures.length} requests failed; ${restored.size} jobs in the restored one`,
    ],
  }
}

/** As the guide says: stop everything, put the copy in place without the companions of the old file, start. */
async function restore(site, copy) {
  await site.stopAll()
  const database = join(site.folder, 'transcriber.db')
  const { ok, output } = await run(['rm', '--force', `${database}-wal`, `${database}-shm`])
  if (!ok) throw new Error(output)
  await cp(copy, database)
  await site.startAll()
  return new Set(await storedJobs(site))
}
