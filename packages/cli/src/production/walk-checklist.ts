// ytscriptify config check --production: the checklist of a server in production, point by point.
import type { OutputContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { checkPoints, type CheckedSettings } from './check-points.ts'

/** What nobody can see from here. It is listed, so that it is not forgotten, and fails nothing. */
const MANUAL = [
  'HTTPS: a proxy in front ends TLS, with a certificate that renews itself.',
  'Backups: the database is copied regularly (sqlite3 FILE ".backup COPY", or pg_dump), and a copy was restored once.',
  'Firewall: only the proxy reaches the port of this server.',
  'Monitoring: something asks /readyz, and tells a person.',
  'Logs: what collects them rotates them; with LOG_FILE, logrotate and SIGHUP do.',
  'Updates: Node.js and this package are kept up to date.',
]

export async function walkChecklist(
  checked: CheckedSettings,
  { output, screen, surroundings }: OutputContext,
): Promise<ExitCode> {
  const points = await checkPoints(checked, surroundings)
  const lines = points.map(({ name, problem }) =>
    problem === undefined ? `ok      ${name}` : `FAILED  ${name}: ${problem}`,
  )
  await output.write(`\n${[...lines, ...MANUAL.map((text) => `manual  ${text}`)].join('\n')}\n`)

  const failed = points.filter(({ problem }) => problem !== undefined)
  if (failed.length === 0) {
    screen.line(screen.paint.green('Nothing that can be seen from here speaks against production.'))
    return EXIT.done
  }
  const count = failed.length === 1 ? 'One point' : `${failed.length} points`
  screen.line(`${screen.paint.red('error:')} ${count} of ${points.length} failed.`)
  return EXIT.usage
}
