// How often a caller may ask: which limit a request falls under, and what the answer says about it.
import type { Clock, LimitWindow, LimitWindowState, RateLimitStore } from '@ytscriptify/core'
import { addressGroupOf } from './address-group.ts'
import { LIMITED_ROUTES } from './limited-routes.ts'
import { parseLimits, type Limit } from './limit-grammar.ts'
import { memoryRateLimitStore } from './memory-rate-limit-store.ts'

export interface RateLimitOptions {
  /**
   * How often a caller may ask the routes that make work (they submit, retry, send callbacks again, or list tracks, which the
   * source is asked for), counted over all of them; `off` for as often as it likes.
   * @default '100/hour'
   */
  readonly request?: string
  /** The same for all other routes. @default '600/minute' */
  readonly read?: string
  /**
   * Limits of single routes, by method and path as they are declared: `{ 'POST /transcribe': '10/minute' }`. Such a route
   * counts for itself and no longer in the limit above. @default none
   */
  readonly routes?: Readonly<Record<string, string>>
  /** How many wrong keys may come from an address, or from the 2⁶⁴ addresses of one IPv6 network. @default '10/minute' */
  readonly wrongKeys?: string
  /**
   * Where it is counted. Give a shared one where several processes serve; while that one fails, each process counts for itself.
   * @default this process
   */
  readonly store?: RateLimitStore
  /** For the default store. @default the system's clock */
  readonly clock?: Clock
}

/** Judges requests. Made by {@link rateLimits}. */
export interface RequestLimits {
  /** Counts a request of a known caller. */
  take(request: LimitedRequest): Promise<LimitVerdict>
  /**
   * Counts a wrong key, by the address it came from. Ask it only after the key was found to be wrong: a right key is
   * never refused for the wrong ones of its neighbours.
   */
  takeWrongKey(address: string | undefined): Promise<LimitVerdict>
}

export interface LimitedRequest {
  readonly method: string
  /** As it is declared: `/job_status/{id}`. */
  readonly route: string
  /** Whether it makes work: it falls under the `request` limit, and under `read` otherwise. */
  readonly submits: boolean
  /** Who asks, by the name of its key. */
  readonly caller: string
}

export interface LimitVerdict {
  readonly allowed: boolean
  /** For the answer, whether or not it is allowed: `RateLimit-Policy`, `RateLimit`, and `Retry-After` when it is refused. */
  readonly headers: Readonly<Record<string, string>>
  /** When it is refused: the time until the same request is let through, in milliseconds. */
  readonly retryAfterMs?: number
  /** The names of the policies that refuse it, for `violated-policies` of the problem. */
  readonly violated: readonly string[]
  /** What kept the store from counting. This process has counted instead: better than not at all, and than no answer. */
  readonly fault?: unknown
}

/**
 * Makes the limits of an API. Each window begins with the caller's first request and is exact under parallel requests;
 * a request that is refused counts nowhere. Headers follow draft-ietf-httpapi-ratelimit-headers-10.
 *
 * @throws {RangeError} when a limit is not written as {@link parseLimits} reads it, or is given for a route that does not
 *   exist or is open to everybody.
 */
export function rateLimits(options: RateLimitOptions = {}): RequestLimits {
  const { request = '100/hour', read = '600/minute', routes = {}, wrongKeys = '10/minute', clock } = options
  checkRoutes(Object.keys(routes))
  const memory = () => memoryRateLimitStore(clock && { clock })
  const counting = countingBy(options.store, memory())
  // Apart in memory, so that a flood of strange addresses pushes out no caller's count.
  const countingWrongKeys = countingBy(options.store, memory())
  const submitPolicy = policyOf('request', request)
  const readPolicy = policyOf('read', read)
  const wrongKeyPolicy = policyOf('wrong-key', wrongKeys)
  const routePolicies = new Map(Object.entries(routes).map(([route, text]) => [keyOf(route), policyOf(route, text)]))

  return {
    take({ method, route, submits, caller }) {
      const own = routePolicies.size > 0 ? routePolicies.get(keyOf(`${method} ${route}`)) : undefined
      return judge(own ?? (submits ? submitPolicy : readPolicy), { count: counting, who: caller })
    },

    takeWrongKey: (address) => judge(wrongKeyPolicy, { count: countingWrongKeys, who: addressGroupOf(address) }),
  }
}

/** A HEAD is a GET without its body, and counts as one. */
const keyOf = (route: string): string => {
  const [method = '', path = ''] = route.trim().split(/\s+/)
  return `${method.toUpperCase() === 'HEAD' ? 'GET' : method.toUpperCase()} ${path}`
}

/** A route that is not there has no limit, and whoever wrote it believes that it has one. */
function checkRoutes(given: readonly string[]): void {
  const known = new Set(LIMITED_ROUTES.map(keyOf))
  const unknown = given.filter((route) => !known.has(keyOf(route)))
  if (unknown.length === 0) return
  const names = unknown.map((route) => `"${route}"`).join(', ')
  throw new RangeError(`There is no route ${names} to limit. There are: ${LIMITED_ROUTES.join(', ')}.`)
}

interface Policy {
  readonly limits: readonly NamedLimit[]
  /** `"request";q=100;w=3600`: the same in each answer. */
  readonly header: string
}

interface NamedLimit extends Limit {
  /** A structured-field string, quotes included. */
  readonly quoted: string
}

function policyOf(name: string, text: string): Policy {
  const parsed = parseLimits(text, name)
  const limits = parsed.map((limit) => {
    const limitName = parsed.length === 1 ? name : `${name}-${limit.name}`
    return { ...limit, name: limitName, quoted: quote(limitName) }
  })
  const items = limits.map(({ quoted, amount, windowMs }) => `${quoted};q=${amount};w=${windowMs / 1_000}`)
  return { limits, header: items.join(', ') }
}

/** https://www.rfc-editor.org/rfc/rfc9651#name-strings */
function quote(name: string): string {
  if (!/^[\x20-\x7e]*$/.test(name)) throw new RangeError(`"${name}" is not the name of a route.`)
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}

type Count = (windows: readonly LimitWindow[]) => Promise<Counted>

interface Counted {
  readonly states: readonly LimitWindowState[]
  /** What kept the shared store from counting. */
  readonly fault?: unknown
}

function countingBy(shared: RateLimitStore | undefined, own: RateLimitStore): Count {
  if (!shared) return async (windows) => ({ states: await own.take(windows) })
  return async (windows) => {
    try {
      return { states: await shared.take(windows) }
    } catch (fault) {
      return { states: await own.take(windows), fault }
    }
  }
}

interface Parts {
  readonly count: Count
  readonly who: string
}

async function judge({ limits, header }: Policy, { count, who }: Parts): Promise<LimitVerdict> {
  if (limits.length === 0) return UNLIMITED
  const windows = limits.map(({ name, amount, windowMs }) => ({ key: `${name}:${who}`, limit: amount, windowMs }))
  const { states, fault } = await count(windows)
  return { ...verdictOf(limits, { header, states }), ...(fault !== undefined && { fault }) }
}

const UNLIMITED: LimitVerdict = { allowed: true, headers: {}, violated: [] }

interface Taken {
  readonly header: string
  readonly states: readonly LimitWindowState[]
}

function verdictOf(limits: readonly NamedLimit[], { header, states }: Taken): LimitVerdict {
  const violated: string[] = []
  let retryAfterMs = 0
  let remaining = ''
  for (const [index, { name, quoted }] of limits.entries()) {
    const state = states[index]
    if (!state) throw new Error(`The store of limits answered ${states.length} of ${limits.length} windows.`)
    remaining += `${remaining && ', '}${quoted};r=${state.remaining};t=${wholeSeconds(state.resetMs)}`
    if (state.allowed) continue
    violated.push(name)
    retryAfterMs = Math.max(retryAfterMs, state.resetMs)
  }
  const headers = { 'RateLimit-Policy': header, RateLimit: remaining }
  if (violated.length === 0) return { allowed: true, headers, violated }
  const retryAfter = String(Math.max(1, wholeSeconds(retryAfterMs)))
  return { allowed: false, headers: { ...headers, 'Retry-After': retryAfter }, retryAfterMs, violated }
}

/** Up, so that whoever waits for them does not come too early. */
const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000)
