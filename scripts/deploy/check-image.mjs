// The Dockerfile without Docker: what it says is read, what its build stage does is done in a scratch folder, and what
// comes out is started as another user who may write only to the data folder.
import { chmod, chown, cp, mkdir, readFile, readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, run } from '../lib/run.mjs'
import { assignmentsOf, copyOf, dockerignore, execForm, named, parseDockerfile } from './dockerfile.mjs'
import { freePort, startProgram, until } from './processes.mjs'

/** The user of the image is called `node` and has this id, in every image of Node.js. */
const NODE_USER = 1000
/** None of these has a place in production. */
const DEVELOPMENT = ['typescript', 'vitest', 'tsup', 'eslint', 'pnpm']
/** Must never get into an image, wherever it lies. */
const PRIVATE = [
  '.env',
  '.env.local',
  'packages/cli/.env',
  'transcriber.db',
  'packages/cli/transcriber.db-wal',
  '.git/config',
]

/** The program as it came out of the image, for whoever runs it once more. */
export const playedMain = (scratch) => join(scratch, 'image/app/dist/main.js')

/** @returns {Promise<{ problems: string[], notes: string[] }>} */
export async function checkImage({ scratch }) {
  const { args, stages } = parseDockerfile(await readFile(join(root, 'deploy/Dockerfile'), 'utf8'))
  const [build, runtime] = stages
  const context = await contextFiles()
  const problems = [
    ...(stages.length === 2
      ? []
      : [`There are ${stages.length} stages: one that builds and one that runs were expected.`]),
    ...stages.flatMap((stage) => imageProblems(stage, args)),
    ...buildProblems(build, await manifest()),
    ...runtimeProblems(runtime, build),
    ...context.problems,
  ]
  if (problems.length > 0) return { problems, notes: [] }
  return playImage({ build, runtime, files: context.files, scratch })
}

const manifest = async () => JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

function imageProblems({ name, image }, args) {
  const full = image.replace(/\$\{(\w+)\}/, (_, arg) => args[arg])
  return /:\d+\.\d+\.\d+-/.test(full)
    ? []
    : [`The stage "${name}" begins with ${full}, which is not one exact version.`]
}

function buildProblems(build, { packageManager }) {
  const installs = named(build, 'RUN').some(({ text }) => text.includes(packageManager))
  const frozen = named(build, 'RUN').some(({ text }) => text.includes('install --frozen-lockfile'))
  return [
    ...(installs ? [] : [`The build stage does not install ${packageManager}, which package.json names.`]),
    ...(frozen ? [] : ['The build stage does not install what the lockfile says (--frozen-lockfile).']),
  ]
}

function runtimeProblems(stage, build) {
  const text = (name) =>
    named(stage, name)
      .map((instruction) => instruction.text)
      .join(' ')
  const environment = assignmentsOf(text('ENV'))
  const isLater = (name, other) => named(stage, name).at(-1)?.line > (named(stage, other).at(-1)?.line ?? 0)
  const expectations = {
    'It runs as root: USER names nobody else.': !['', 'root', '0'].includes(text('USER')),
    'A RUN after USER cannot do what it is for.': isLater('USER', 'RUN'),
    'Its data is not in a volume.': text('VOLUME') === '/data',
    'The working directory, where the database is by default, is not /data.':
      named(stage, 'WORKDIR').at(-1)?.text === '/data',
    'It does not say that it listens on 5000.': text('EXPOSE') === '5000' && environment.PORT === '5000',
    'Nobody reaches it: HOST is not 0.0.0.0.': environment.HOST === '0.0.0.0',
    'A shell would be process 1 and keep signals to itself: write ENTRYPOINT and CMD as lists.':
      execForm(text('ENTRYPOINT'))?.[0] === 'node' && Array.isArray(execForm(text('CMD'))),
    'HEALTHCHECK does not ask by Node.js, the one program that is there for certain.':
      healthcheckOf(stage)?.[0] === 'node',
    'Nothing is copied from the build stage.': named(stage, 'COPY').some(
      (copy) => copyOf(copy).flags.from === build.name,
    ),
    'A secret would be stored in the image.': !/KEY|SECRET|PASSWORD|TOKEN/.test(text('ENV') + text('ARG')),
  }
  return Object.keys(expectations).filter((problem) => !expectations[problem])
}

const healthcheckOf = (stage) => execForm(named(stage, 'HEALTHCHECK')[0]?.text.replace(/^.*?CMD\s+/, '') ?? '')

/** What `COPY .` gets: files that git knows or would take, less what .dockerignore keeps out. */
async function contextFiles() {
  const lets = dockerignore(await readFile(join(root, '.dockerignore'), 'utf8'))
  const { output } = await run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  const files = output.split('\0').filter((path) => path !== '' && lets(path) && existsSync(join(root, path)))
  const problems = PRIVATE.filter(lets).map((path) => `.dockerignore lets ${path} into the image.`)
  return { files, problems }
}

/** Does what the build stage says, then starts what the runtime stage would start. */
async function playImage({ build, runtime, files, scratch }) {
  const place = (path) => join(scratch, 'image', path)
  let cwd = place('/')
  const env = { ...process.env, npm_config_prefix: place('/usr'), PATH: `${place('/usr/bin')}:${process.env.PATH}` }
  await mkdir(cwd, { recursive: true })
  for (const { name, text, line } of build.instructions) {
    if (name === 'ENV') Object.assign(env, assignmentsOf(text))
    else if (name === 'WORKDIR') await mkdir((cwd = place(text)), { recursive: true })
    else if (name === 'COPY') await copyContext({ files, to: cwd })
    else if (name === 'RUN') {
      const command = text.replace(/^(--\S+\s+)+/, '')
      const { ok, output } = await run(['sh', '-c', command], { cwd, env })
      if (!ok) return { problems: [`Line ${line}: ${command}\n${output}`], notes: [] }
    } else return { problems: [`Line ${line}: ${name} in the build stage cannot be tried here.`], notes: [] }
  }
  const { sources, target } = copyOf(named(runtime, 'COPY')[0])
  await cp(place(sources[0]), place(target), { recursive: true, verbatimSymlinks: true })
  const problems = await developmentIn(place(target))
  const { output } = await run(['du', '-sm', place(target)])
  const started = await startImage({ runtime, place })
  return {
    problems: [...problems, ...started.problems],
    notes: [`${files.length} files in, ${output.split('\t')[0]} MB of program out`, ...started.notes],
  }
}

async function copyContext({ files, to }) {
  for (const path of files) {
    await mkdir(dirname(join(to, path)), { recursive: true })
    await cp(join(root, path), join(to, path))
  }
}

async function developmentIn(folder) {
  const packages = await readdir(join(folder, 'node_modules/.pnpm'))
  return DEVELOPMENT.filter((name) => packages.some((entry) => entry.startsWith(`${name}@`))).map(
    (name) => `${name} is in the image, where only what runs belongs.`,
  )
}

async function startImage({ runtime, place }) {
  const port = await freePort()
  const env = { PATH: process.env.PATH, ...assignmentsOf(named(runtime, 'ENV')[0].text), PORT: String(port) }
  const data = place('/data')
  await mkdir(data)
  const isRoot = process.getuid() === 0
  const identity = isRoot ? { uid: NODE_USER, gid: NODE_USER } : {}
  if (isRoot) await chown(data, NODE_USER, NODE_USER)
  // The whole image is somebody else's, as it is under a read-only root.
  else await chmod(place('/app'), 0o555)

  const inPlace = (command) => command.map((word) => (word.startsWith('/') ? place(word) : word))
  const entry = execForm(named(runtime, 'ENTRYPOINT')[0].text)
  const command = inPlace([...entry, ...execForm(named(runtime, 'CMD')[0].text)])
  const started = performance.now()
  const program = startProgram(command, { cwd: data, env, ...identity })
  try {
    const healthy = () => run(healthcheckOf(runtime), { cwd: data, env }).then(({ ok }) => ok)
    await until(healthy, { what: 'HEALTHCHECK says that the server lives', of: program })
    const ms = performance.now() - started
    const { code } = await program.stop('SIGTERM')
    const stillHealthy = await healthy()
    return {
      problems: [
        ...(code === 0 ? [] : [`After SIGTERM it ended with ${code}:\n${program.output()}`]),
        ...(stillHealthy ? ['HEALTHCHECK says that a server lives that has ended.'] : []),
      ],
      notes: [
        `healthy after ${ms.toFixed(0)} ms as ${isRoot ? `user ${NODE_USER}` : 'this user'}, ended by SIGTERM with 0`,
      ],
    }
  } catch (error) {
    return { problems: [error.message], notes: [] }
  } finally {
    await program.stop('SIGKILL')
  }
}
