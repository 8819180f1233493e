// The guards of the engine as they stand in the built code, and what is left where one is taken out. A run that finds nothing
// wrong without a guard proves nothing with it.

/** By name: patterns of one module, and what takes their places. */
export const GUARDS = {
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
  /** Jobs are locked before transcripts by all. Here a settlement locks them after, and meets those that keep the order. */
  'lock order': [
    [
      /(const jobs = await lockJobsOf\d*\([^;]*;)(\s*)(const current = await lockCurrentAttempts\d*\(trx, leases, traits\);)/,
      '$3$2$1',
    ],
  ],
  /** A settlement locks the jobs of its transcripts, whose counters it changes. */
  'job lock': [
    [
      /(const jobs = await lockJobsOf\d*\(\s*trx,\s*leases\.map\(\(\{ transcriptId \}\) => transcriptId\),\s*)traits(\s*\);)/,
      '$1{ ...traits, rowLocks: false }$2',
    ],
  ],
  /** A submission is answered when it is committed. Here it is as soon as it is written, and committed 20 ms later. */
  'answer after commit': [
    [
      /run: \(items\) => traits\.write\(db, \(trx\) => commit\(trx, items, traits\)\),/,
      `run: (items) => new Promise((resolve, reject) => {
        traits.write(db, async (trx) => {
          const results = await commit(trx, items, traits);
          if (commit !== submitJobs) return results;
          resolve(results);
          await new Promise((later) => setTimeout(later, 20));
          return results;
        }).then(resolve, reject);
      }),`,
    ],
  ],
  /** The end of a job and its callback are one change. Here the callback is stored by the same process a moment later. */
  outbox: [
    [
      /await addDeliveries\d*\(trx, ended\);/,
      `setTimeout(() => {
        traits.write(globalThis.databaseForLater, (later) => addDeliveries(later, ended)).catch(() => undefined);
      }, 100);`,
    ],
    [/(const \{ using, close \} = lifeOf\(db, options\);)/, '$1 globalThis.databaseForLater = db;'],
  ],
  /** What finds work of which no hint has told, and takes back what dead workers held. */
  reconciler: [
    [/onTurn\(\);/, ''],
    [/await storage\.expire\(\{ maxCrashes, limit: EXPIRE_LIMIT \}\)/, '{ failed: [], endedJobs: [] }'],
  ],
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
