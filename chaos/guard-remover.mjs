// The loader hook of remove-guard.mjs: changes the text of a built module before it runs, in a package of its own as well
// as in the bundle of the command. All patterns of a guard are in one module and match exactly once, so that a guard that
// has moved is noticed instead of left in; where it was removed is said on stderr.
import { writeSync } from 'node:fs'

const GUARDS = {
  /** What keeps a worker that was presumed dead from writing. The state machine would refuse some of it too. */
  fence: [
    [
      /\.where\("transcripts\.status", "=", sql\d*\.lit\("processing"\)\)\.whereRef\("transcripts\.attempt", "=", "held\.attempt"\)/,
      '',
    ],
    [
      /(open\.get\(lease\.transcriptId\);\s*)if \(before\?\.attempt !== lease\.attempt\) return void 0;/,
      '$1if (!before) return void 0;',
    ],
    [/if \(!move\.from\.includes\(before\.status\)\) \{/, 'if (false) {'],
  ],
  /** What finds work of which no hint has told. */
  reconciler: [[/onTurn\(\);/, '']],
  /** What hears the errors of connections that break: one that nobody hears ends the process. */
  'pool errors': [
    [/pool\.on\("error", ignore\);/, ''],
    [/client\.on\("error", ignore\);/, ''],
  ],
  /** The clock of the database, for leases. The one of the process takes its place. */
  clock: [
    [
      /const now = sql\d*`date_trunc\('milliseconds', clock_timestamp\(\)\)`;/,
      'const now = sql`${new Date()}::timestamptz`;',
    ],
  ],
  /** What tells other processes of changes. */
  notes: [[/announcer\?\.tell\(note\);/, '']],
  /** The one count of requests for all servers. */
  'shared limits': [[/if \(redisUrl === void 0\) return \{ close/, 'if (true) return { close']],
  /** How long a Redis that does not answer is waited for. */
  bound: [[/Promise\.race\(\[work\(over\.signal\), timeUp\(over\.signal\)\]\)/, 'work(over.signal)']],
  /** What gives the videos of a worker that stops back, without a failure or a crash. */
  release: [[/error\.why === "lost" \? "lost" : \{ type: "released" \}/, '"lost"']],
}

/** What of ours is loaded as it was built. */
const BUILT = /\/(packages\/[^/]+|@ytscriptify\/[^/]+)\/dist\/[^/]+\.js$/

let name

export function initialize(wanted) {
  if (!GUARDS[wanted]) throw new Error(`There is no guard "${wanted}"; there are: ${Object.keys(GUARDS).join(', ')}.`)
  name = wanted
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context)
  if (!BUILT.test(url)) return loaded
  const source = String(loaded.source)
  const found = GUARDS[name].map(([pattern]) => source.match(new RegExp(pattern, 'g'))?.length ?? 0)
  if (found.every((matches) => matches === 0)) return loaded
  if (found.some((matches) => matches !== 1))
    throw new Error(`The guard "${name}" is not what it was: its patterns match ${found.join(', ')} times in ${url}.`)
  writeSync(2, `Without the guard "${name}" in ${url}\n`)
  return {
    ...loaded,
    source: GUARDS[name].reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), source),
  }
}
