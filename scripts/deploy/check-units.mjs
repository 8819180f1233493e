// The systemd units on a staged root: systemd's own verdict, what they are exposed to, and that they agree with each
// other and with the command.
import { chmod, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, run } from '../lib/run.mjs'
import { commandProblems, defaultOf } from './product.mjs'

const UNITS = join(root, 'deploy/systemd')
/** As somebody would start them. */
const INSTANCES = {
  'ytscriptify.service': 'ytscriptify.service',
  'ytscriptify@.service': 'ytscriptify@5001.service',
  'ytscriptify-worker@.service': 'ytscriptify-worker@1.service',
}
/** Of 100; `systemd-analyze security` calls up to 20 "OK". */
const MOST_EXPOSURE = 20
const STARTED_WITH = '/usr/bin/node /opt/ytscriptify/dist/main.js '

/** @returns {Promise<{ problems: string[], notes: string[] }>} */
export async function checkUnits({ scratch }) {
  const { ok, output } = await run(['systemd-analyze', '--version'])
  if (!ok) return { problems: ['systemd-analyze is missing: install the package systemd.'], notes: [] }
  const stage = join(scratch, 'root')
  await stageRoot(stage)
  const names = Object.keys(INSTANCES)
  const texts = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(UNITS, name), 'utf8')])),
  )
  const exposures = await Promise.all(Object.values(INSTANCES).map((unit) => exposureOf(unit, stage)))
  const problems = [
    ...(await unknownUnits()),
    ...(await verify(stage)),
    ...(await createUser(stage)),
    ...differences(texts),
    ...(await Promise.all(names.map((name) => agreementProblems(name, texts[name])))).flat(),
    ...exposures.flatMap(({ problem }) => problem ?? []),
  ]
  return { problems, notes: [output.split('\n')[0], ...exposures.map(({ note }) => note)] }
}

const unknownUnits = async () =>
  (await readdir(UNITS))
    .filter((name) => name.endsWith('.service') && !Object.hasOwn(INSTANCES, name))
    .map((name) => `${name} is not checked here: name an instance of it.`)

/** A root with what the units name: systemd's own units, and programs that are there and may be executed. */
async function stageRoot(stage) {
  await cp('/usr/lib/systemd/system', join(stage, 'usr/lib/systemd/system'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  for (const name of Object.keys(INSTANCES)) {
    await mkdir(join(stage, 'etc/systemd/system'), { recursive: true })
    await cp(join(UNITS, name), join(stage, 'etc/systemd/system', name))
  }
  for (const path of ['usr/bin/node', 'bin/kill', 'opt/ytscriptify/dist/main.js', 'etc/ytscriptify/env']) {
    await mkdir(dirname(join(stage, path)), { recursive: true })
    await writeFile(join(stage, path), '')
    await chmod(join(stage, path), 0o755)
  }
}

async function verify(stage) {
  const units = Object.values(INSTANCES)
  const { ok, output } = await run(['systemd-analyze', `--root=${stage}`, '--man=no', 'verify', ...units])
  // It says what it does not understand and ends with 0.
  const ours = output.split('\n').filter((line) => line.includes('ytscriptify'))
  return ok ? ours : [output]
}

async function createUser(stage) {
  const { ok, output } = await run(['systemd-sysusers', `--root=${stage}`, join(UNITS, 'ytscriptify.sysusers.conf')])
  return ok ? [] : [`systemd-sysusers: ${output}`]
}

async function exposureOf(unit, stage) {
  const { ok, output } = await run([
    'systemd-analyze',
    `--root=${stage}`,
    '--offline=yes',
    '--no-pager',
    `--threshold=${MOST_EXPOSURE}`,
    'security',
    unit,
  ])
  // It ends with a face.
  const note = /Overall exposure level[ -~]*/.exec(output)?.[0].trim() ?? output
  return ok ? { note } : { note, problem: `${note}; at most ${MOST_EXPOSURE / 10} is wanted.` }
}

/** The hardening and the stopping of all units are the same, line by line. */
function differences(texts) {
  const common = (text) =>
    text.split('\n').filter((line) => /^\w+=/.test(line) && !/^(Description|ExecStart)=/.test(line))
  const [[first, model], ...others] = Object.entries(texts)
  return others.flatMap(([name, text]) => {
    const [wanted, found] = [common(model), common(text)]
    const missing = wanted
      .filter((line) => !found.includes(line))
      .map((line) => `${name} has no ${line}, as ${first} has.`)
    const added = found
      .filter((line) => !wanted.includes(line))
      .map((line) => `${name} has ${line}, and ${first} has not.`)
    return [...missing, ...added]
  })
}

async function agreementProblems(name, text) {
  const value = (key) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]
  const drain = Number(await defaultOf('DRAIN_TIMEOUT'))
  const start = value('ExecStart')
  if (!start.startsWith(STARTED_WITH)) return [`${name} starts ${start}.`]
  return [
    ...(await commandProblems(start.slice(STARTED_WITH.length).split(' '))).map((problem) => `${name}: ${problem}`),
    ...(parseFloat(value('TimeoutStopSec')) > drain
      ? []
      : [`${name} is killed after ${value('TimeoutStopSec')}, and may drain for ${drain} s.`]),
  ]
}
