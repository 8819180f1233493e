// GET /inspect/…: who works on what, and how much there is to do, in all processes on the storage.
import { z } from 'zod'
import { json } from '../answers.ts'
import { jsonOf, keyedProblems, response } from '../openapi/responses.ts'
import { readQuery } from '../read-query.ts'
import type { Route, RouteParts } from '../route.ts'
import {
  activeJson,
  activeList,
  stats as statsSchema,
  statsJson,
  workerJson,
  workerList,
} from '../schemas/inspection.ts'
import { wholeNumberUpTo } from '../whole-number.ts'

/** How many are looked at. Those of other owners are among them, and so are counted no further. */
const MOST_ACTIVE = 1_000

const query = z.strictObject({
  limit: wholeNumberUpTo(MOST_ACTIVE).default(100).meta({ description: 'How many are shown at most.' }),
})

export const inspectActiveRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/inspect/active',
  describe: () => ({
    operationId: 'inspectActive',
    summary: 'Which worker holds which video, since when and at which attempt',
    tags: ['operations'],
    request: { query },
    responses: {
      200: response({ description: 'The caller’s, and how many others.', content: jsonOf(activeList) }),
      ...keyedProblems('invalid_input'),
    },
  }),
  async answer({ request, caller }) {
    const { limit } = readQuery(request, query)
    const all = await service.active({ limit: MOST_ACTIVE })
    const own = all.filter(({ owner }) => owner === caller.owner)
    return json(
      {
        active: own.slice(0, limit).map(activeJson),
        others: { count: all.length - own.length },
        truncated: own.length > limit || all.length >= MOST_ACTIVE,
      },
      NOT_STORED,
    )
  },
})

export const inspectStatsRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/inspect/stats',
  describe: () => ({
    operationId: 'inspectStats',
    summary: 'How much there is to do, how long it has waited, and which sources have a pause',
    tags: ['operations'],
    responses: {
      200: response({ description: 'Of all owners.', content: jsonOf(statsSchema) }),
      ...keyedProblems(),
    },
  }),
  async answer() {
    return json(statsJson(await service.stats()), NOT_STORED)
  },
})

export const inspectWorkersRoute = ({ service }: RouteParts): Route => ({
  method: 'GET',
  path: '/inspect/workers',
  describe: () => ({
    operationId: 'inspectWorkers',
    summary: 'The workers of all processes, and how many videos each holds',
    tags: ['operations'],
    responses: {
      200: response({ description: 'Those that were seen within a day.', content: jsonOf(workerList) }),
      ...keyedProblems(),
    },
  }),
  async answer() {
    const workers = await service.workers()
    return json({ workers: workers.map(workerJson) }, NOT_STORED)
  },
})

const NOT_STORED = { headers: { 'cache-control': 'no-store' } }
