// `npm run check:deploy`: everything in deploy/, checked by the programs that will read it. Needs nginx, systemd,
// logrotate and PostgreSQL of the system; not part of `npm test`.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import './bootstrap.mjs'
import { backUpAndRestore } from './deploy/backups.mjs'
import { checkCompose } from './deploy/check-compose.mjs'
import { checkImage, playedMain } from './deploy/check-image.mjs'
import { checkUnits } from './deploy/check-units.mjs'
import { answersGetLost } from './deploy/lost-answers.mjs'
import { nginxVersion } from './deploy/nginx.mjs'
import { backUpPostgres, systemPostgres } from './deploy/postgres-backup.mjs'
import { killAgainAndAgain, restartOneByOne } from './deploy/restarts.mjs'
import { addressesArrive, logsRotate, progressArrives } from './deploy/through-nginx.mjs'
import { withTwoServers } from './deploy/two-servers.mjs'
import { fail, run, seconds } from './lib/run.mjs'

/** In this order: a job is followed before others stand in line, and a restored backup forgets what came after it. */
const SCENES = [
  progressArrives,
  restartOneByOne,
  killAgainAndAgain,
  answersGetLost,
  addressesArrive,
  logsRotate,
  backUpAndRestore,
]
const STEPS = [
  { name: 'image', about: 'the Dockerfile, played without Docker', check: checkImage },
  { name: 'compose', about: 'docker-compose.yml, alone and with what is laid over it', check: checkCompose },
  { name: 'units', about: 'systemd, on a staged root', check: checkUnits },
  { name: 'nginx', about: 'two servers behind a real nginx', check: checkBehindNginx },
  { name: 'postgres', about: 'a backup of PostgreSQL, made under load and restored', check: checkPostgres },
]

await demandPrograms()
const scratch = await mkdtemp(join(tmpdir(), 'ytscriptify-deploy-'))
// Another user starts programs in it.
await chmod(scratch, 0o755)
const failed = []
try {
  for (const step of STEPS) if (!(await passes(step))) failed.push(step.name)
} finally {
  await rm(scratch, { recursive: true, force: true })
}
if (failed.length > 0) fail(`\nFailed: ${failed.join(', ')}`)
console.log('\nAll of deploy/ stands.')

async function passes({ name, about, check }) {
  const started = performance.now()
  const { problems, notes } = await check({ scratch }).catch((error) => ({ problems: [error.stack], notes: [] }))
  const isFine = problems.length === 0
  console.log(
    `${isFine ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)}${seconds(performance.now() - started).padStart(7)}  ${about}`,
  )
  for (const note of notes) console.log(`          ${note}`)
  for (const problem of problems) console.log(`\n${problem}\n`)
  return isFine
}

function checkBehindNginx({ scratch }) {
  return withYouTube(async (youtubeUrl) => {
    const results = await withTwoServers(
      { main: playedMain(scratch), folder: join(scratch, 'site'), youtubeUrl },
      async (site) => {
        const done = []
        for (const scene of SCENES) done.push(await scene(site))
        return done
      },
    )
    return { problems: results.flatMap(({ problems }) => problems), notes: results.flatMap(({ notes }) => notes) }
  })
}

function checkPostgres({ scratch }) {
  return withYouTube((youtubeUrl) =>
    backUpPostgres({ main: playedMain(scratch), folder: join(scratch, 'postgres'), youtubeUrl }),
  )
}

async function withYouTube(use) {
  const { startStandInYouTube } = await import(new URL('../packages/source-youtube/dist/testing.js', import.meta.url))
  const youtube = await startStandInYouTube({ latencyMs: 50 })
  try {
    return await use(youtube.url)
  } finally {
    await youtube.close()
  }
}

/** A check that is left out because its program is missing would look like one that passed. */
async function demandPrograms() {
  const missing = [
    (await nginxVersion()) === undefined && 'nginx (Debian: nginx-light)',
    !(await run(['systemd-analyze', '--version'])).ok && 'systemd-analyze (Debian: systemd)',
    !(await run(['logrotate', '--version'])).ok && 'logrotate',
    !(await run(['sqlite3', '--version'])).ok && 'sqlite3',
    systemPostgres() === undefined && 'postgresql',
  ].filter(Boolean)
  if (missing.length > 0) fail(`This check needs programs of the system that are not installed: ${missing.join(', ')}.`)
}
