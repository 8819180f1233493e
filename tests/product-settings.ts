// The product's own settings, kept away from the tests: `npm test` in a production shell must touch nothing there.

const SETTINGS =
  /^(DATABASE_.*|REDIS_URL|RETENTION|METRICS_PORT|CELERY_.*|FLASK_.*|API_KEYS?|SECRET_KEY|(REQUEST|READ|ROUTE)_LIMITS?|JOB_TIMEOUT|MAX_URLS_PER_JOB|PORT|HOST|PUBLIC_URL|MAX_BODY_SIZE|INLINE_LIMIT|DRAIN_TIMEOUT|(WEBHOOK|CALLBACK|WORKER)_.*|LOG_.*|NODE_ENV|YOUTUBE_.*|(HTTPS?|ALL|NO)_PROXY|TRUST_PROXY|YTSCRIPTIFY_.*|PG[A-Z]+)(_FILE)?$/i

/** Deletes them from an environment. `TEST_DATABASE_URL` and `TEST_REDIS_URL` are the tests' own, and stay. */
export function removeProductSettings(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (SETTINGS.test(name)) delete environment[name]
}
