// The compose files, alone and laid over each other: the structure, and that what they say of our command and of our settings
// is so.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root, run } from '../lib/run.mjs'
import { commandProblems, defaultOf, settingNames } from './product.mjs'

const FOLDER = join(root, 'deploy')
/** What people start: the first file alone, or others laid over it. */
const LAYOUTS = [['docker-compose.yml'], ['docker-compose.yml', 'docker-compose.cluster.yml']]
// https://github.com/compose-spec/compose-spec/blob/main/05-services.md, as far as we use it.
const SERVICE_KEYS = {
  image: 'string',
  build: 'object',
  command: 'array',
  environment: 'object',
  env_file: 'string',
  ports: 'array',
  volumes: 'array',
  restart: 'string',
  stop_grace_period: 'string',
  read_only: 'boolean',
  tmpfs: 'array',
  cap_drop: 'array',
  security_opt: 'array',
  logging: 'object',
  healthcheck: 'object',
  depends_on: 'object',
  deploy: 'object',
}
const TOP_KEYS = ['name', 'services', 'volumes']

/** @returns {Promise<{ problems: string[], notes: string[] }>} */
export async function checkCompose() {
  const results = []
  for (const files of LAYOUTS) results.push(await checkLayout(files))
  return {
    problems: results.flatMap(({ problems }) => problems),
    notes: results.flatMap(({ notes }) => notes),
  }
}

async function checkLayout(files) {
  const compose = (await Promise.all(files.map(read))).reduce(laidOver)
  const services = Object.entries(compose.services)
  const problems = [
    ...Object.keys(compose)
      .filter((key) => !TOP_KEYS.includes(key) && !key.startsWith('x-'))
      .map((key) => `${key} is no key of a compose file.`),
    ...services.flatMap(([name, service]) => structureProblems({ name, service, compose })),
    ...(await Promise.all(['server', 'worker'].map((name) => ourProblems(name, compose.services[name])))).flat(),
  ]
  const docker = await dockerCompose(files)
  return {
    problems: [...problems, ...docker.problems],
    notes: [`${files.at(-1)}: ${services.length} services`, ...docker.notes],
  }
}

/** Compose reads YAML 1.2 with the merge key of 1.1. */
const read = async (file) => parse(await readFile(join(FOLDER, file), 'utf8'), { merge: true })

/** Maps are merged, everything else is replaced: https://docs.docker.com/reference/compose-file/merge/ (of its lists, we repeat none). */
function laidOver(below, above) {
  const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isMap(below) || !isMap(above)) return above
  const merged = Object.entries(above).map(([key, value]) => [key, key in below ? laidOver(below[key], value) : value])
  return { ...below, ...Object.fromEntries(merged) }
}

function structureProblems({ name, service, compose }) {
  const wrongKeys = Object.entries(service).flatMap(([key, value]) => {
    if (!Object.hasOwn(SERVICE_KEYS, key)) return [`${name}: ${key} is no key of a service that is known here.`]
    const type = Array.isArray(value) ? 'array' : typeof value
    return type === SERVICE_KEYS[key]
      ? []
      : [`${name}: ${key} is of type ${type}, and has to be of type ${SERVICE_KEYS[key]}.`]
  })
  const volumes = (service.volumes ?? []).map((volume) => volume.split(':')[0])
  return [
    ...wrongKeys,
    ...volumes
      .filter((volume) => !Object.hasOwn(compose.volumes, volume))
      .map((volume) => `${name}: the volume ${volume} is not declared.`),
    ...Object.keys(service.depends_on ?? {})
      .filter((other) => !compose.services[other])
      .map((other) => `${name} depends on ${other}, which is not there.`),
    ...(service.ports ?? [])
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: ${port} is open to the world without TLS.`),
  ]
}

async function ourProblems(name, service) {
  const { build, command, environment, stop_grace_period: grace } = service
  const dockerfile = join(FOLDER, build.context, build.dockerfile)
  const names = await settingNames()
  const drain = Number(await defaultOf('DRAIN_TIMEOUT'))
  return [
    ...(existsSync(dockerfile) ? [] : [`${name}: there is no ${dockerfile}.`]),
    ...Object.keys(environment)
      .filter((setting) => !names.includes(setting))
      .map((setting) => `${name}: ${setting} is no setting.`),
    ...(parseFloat(grace) > drain ? [] : [`${name} is killed after ${grace}, and may drain for ${drain} s.`]),
    ...(service.read_only && service.tmpfs?.includes('/tmp') ? [] : [`${name} can write to its own program.`]),
    ...(await commandProblems(command)).map((problem) => `${name}: ${problem}`),
  ]
}

/** Docker's own opinion, where there is one. It needs no daemon for it. */
async function dockerCompose(files) {
  const { ok: isThere } = await run(['docker', 'compose', 'version'])
  if (!isThere) return { problems: [], notes: ['docker compose is not installed: its own reading was not asked for'] }
  const chosen = files.flatMap((file) => ['--file', join(FOLDER, file)])
  const env = { ...process.env, POSTGRES_PASSWORD: 'checked' }
  const { ok, output } = await run(['docker', 'compose', ...chosen, 'config', '--quiet', '--no-env-resolution'], {
    env,
  })
  return ok ? { problems: [], notes: ['docker compose reads it'] } : { problems: [output], notes: [] }
}
