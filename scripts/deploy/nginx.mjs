// The nginx that callers meet, on a free port of loopback, with the configuration of deploy/ and nothing else of its own.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { root, run } from '../lib/run.mjs'
import { startProgram, until } from './processes.mjs'
import { request } from './requests.mjs'

const SITE = join(root, 'deploy/nginx/ytscriptify.conf')

export async function nginxVersion() {
  const { ok, output } = await run(['nginx', '-v'])
  return ok ? output.trim().replace(/^nginx version: /, '') : undefined
}

/**
 * Writes the configuration down and asks nginx whether it can use it.
 *
 * @returns {Promise<{ configuration: string, problems: string[] }>}
 */
export async function stageNginx({ folder, port, servers }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  for (const name of temporary) await mkdir(join(folder, name), { recursive: true })
  const site = staged(await readFile(SITE, 'utf8'), {
    'listen 80;': `listen 127.0.0.1:${port};`,
    'server 127.0.0.1:5001 ': `server 127.0.0.1:${servers[0]} `,
    'server 127.0.0.1:5002 ': `server 127.0.0.1:${servers[1]} `,
    '/var/log/nginx/': `${folder}/`,
  })
  await writeFile(join(folder, 'site.conf'), site)
  const configuration = join(folder, 'nginx.conf')
  // What Debian's and everybody's nginx.conf says around it.
  await writeFile(
    configuration,
    [
      'daemon off;',
      'worker_processes 2;',
      ...(process.getuid() === 0 ? [`user ${userInfo().username};`] : []),
      `pid ${folder}/nginx.pid;`,
      `error_log ${folder}/error.log warn;`,
      'events { worker_connections 512; }',
      'http {',
      ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`),
      '  gzip on;',
      `  include ${folder}/site.conf;`,
      '}',
    ].join('\n'),
  )
  const { ok, output } = await run(['nginx', '-t', '-c', configuration, '-p', folder])
  // A warning is a problem too: it is ours.
  return { configuration, problems: ok && !output.includes('[warn]') ? [] : [output] }
}

/** Puts this machine's values where the file has those of a real one; each of them must be there. */
function staged(text, replacements) {
  return Object.entries(replacements).reduce((result, [there, here]) => {
    if (!result.includes(there)) throw new Error(`${SITE} does not say "${there}".`)
    return result.replaceAll(there, here)
  }, text)
}

/** Starts it, and waits until it passes requests on. Its workers outlive a master that is killed: end it by SIGTERM. */
export async function startNginx({ folder, configuration, port }) {
  const program = startProgram(['nginx', '-c', configuration, '-p', folder])
  const answers = () =>
    request({ port, path: '/livez' }).then(
      ({ status }) => status === 200,
      () => false,
    )
  await until(answers, { what: 'nginx passes requests on', of: program })
  return program
}
