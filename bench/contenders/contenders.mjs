// Who is compared: ours on each storage, and what somebody would take from npm. Each is loaded where it runs.
//
// A contender is `{ prepare, open, check }`:
//
// - `prepare(place)` makes its tables, before the clock runs;
// - `open(settings, { onStart, onDone })`, in a process of its own, gives `submit(urls, sequence)`, which resolves when they are
//   durable, `work()`, which begins to work, and `close()`, which finishes what is in hand;
// - `check(place, { videos, jobs })` says afterwards how many results are missing, and how many were recorded twice.

/** `servers` are those that it uses. How each is set up, and what it leaves to you, stands in docs/performance.md. */
export const CONTENDERS = {
  'ours-postgres': {
    title: 'ours, PostgreSQL',
    servers: ['postgres'],
    hasCallbacks: true,
    load: async () => (await import('./ours.mjs')).ours(),
  },
  'ours-redis': {
    title: 'ours, PostgreSQL + Redis',
    servers: ['postgres', 'redis'],
    hasCallbacks: true,
    load: async () => (await import('./ours.mjs')).ours(),
  },
  'ours-polling': {
    title: 'ours, PostgreSQL, polling',
    servers: ['postgres'],
    hasCallbacks: true,
    load: async () => (await import('./ours.mjs')).ours({ queue: 'polling' }),
  },
  'ours-sqlite': {
    title: 'ours, SQLite',
    servers: [],
    hasCallbacks: true,
    load: async () => (await import('./ours.mjs')).ours(),
  },
  'ours-postgres-silent': {
    title: 'ours, PostgreSQL, no callbacks',
    waitsLike: 'ours-postgres',
    servers: ['postgres'],
    load: async () => (await import('./ours.mjs')).ours({ callbacks: false }),
  },
  'ours-sqlite-silent': {
    title: 'ours, SQLite, no callbacks',
    waitsLike: 'ours-sqlite',
    servers: [],
    load: async () => (await import('./ours.mjs')).ours({ callbacks: false }),
  },
  bullmq: {
    title: 'BullMQ + pg',
    servers: ['postgres', 'redis'],
    load: async () => (await import('./bullmq.mjs')).bullmq,
  },
  'pg-boss': {
    title: 'pg-boss',
    servers: ['postgres'],
    load: async () => (await import('./pg-boss.mjs')).pgBoss,
  },
  'graphile-worker': {
    title: 'graphile-worker',
    servers: ['postgres'],
    load: async () => (await import('./graphile-worker.mjs')).graphileWorker,
  },
}

/** Names of those that differ in how work waits. */
export const WAITING_CONTENDERS = Object.keys(CONTENDERS).filter((name) => CONTENDERS[name].waitsLike === undefined)

/** @returns the named contenders, in their order. @throws for a name that there is none of. */
export function contendersNamed(names) {
  return names.map((name) => {
    if (!Object.hasOwn(CONTENDERS, name))
      throw new Error(`There is no contender "${name}"; name some of ${Object.keys(CONTENDERS).join(', ')}.`)
    return { name, ...CONTENDERS[name] }
  })
}
