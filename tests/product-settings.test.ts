import { describe, expect, it } from 'vitest'
import { removeProductSettings } from './product-settings.ts'

describe('the environment of the tests', () => {
  it.each([
    'DATABASE_URL',
    'DATABASE_SCHEMA',
    'REDIS_URL',
    'REDIS_URL_FILE',
    'RETENTION',
    'METRICS_PORT',
    'CELERY_BROKER_URL',
    'API_KEY',
    'API_KEYS',
    'SECRET_KEY_FILE',
    'REQUEST_LIMIT',
    'ROUTE_LIMITS',
    'JOB_TIMEOUT',
    'YOUTUBE_BASE_URL',
    'HTTPS_PROXY',
    'https_proxy',
    'PGPASSWORD',
  ])('has no %s, even when the shell that starts them has', (name) => {
    const environment = { [name]: 'of production' }

    removeProductSettings(environment)

    expect(environment).toEqual({})
  })

  it('keeps what names a database for tests, and what belongs to the machine', () => {
    const environment = { TEST_DATABASE_URL: 'a', TEST_REDIS_URL: 'b', PATH: 'c', HOME: 'd', CI: 'true' }

    removeProductSettings(environment)

    expect(Object.keys(environment)).toEqual(['TEST_DATABASE_URL', 'TEST_REDIS_URL', 'PATH', 'HOME', 'CI'])
  })

  it('has lost them in every test process; only the runner has set NODE_ENV anew', () => {
    const inherited = { ...process.env }

    removeProductSettings(inherited)

    expect(Object.keys(process.env).filter((name) => !(name in inherited))).toEqual(['NODE_ENV'])
  })
})
