// What youtubeSource() can be told, what holds where nothing is said, and what cannot be meant.
import { TranscriptionError, systemClock, type Clock } from '@ytscriptify/core'
import { YOUTUBE_CLIENTS, type YouTubeClient } from './clients.ts'
import { straight, type Egress } from './egress.ts'
import { throughProxy, type YouTubeProxy } from './proxy.ts'

export interface YouTubeSourceOptions {
  /** Makes every request, from the first to the last. @default the global `fetch`. Not together with `proxies`. */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Proxies that YouTube is asked through, each with limits and pauses of its own; a video stays with one of them unless
   * YouTube refuses it there. @default none. Use some where YouTube blocks the address of this machine.
   */
  readonly proxies?: readonly (string | YouTubeProxy)[]
  /**
   * Origin, with a path if need be, that all requests go to instead of `https://www.youtube.com`.
   * @default none. Change it to use a mirror, a recording proxy or a stand-in.
   */
  readonly baseUrl?: string | URL
  /**
   * Whether an answer that names another video than the one asked for is refused, as YouTube gives to clients that it wants
   * to be rid of. @default true where YouTube itself is asked; false with `fetch` or `baseUrl`, which may stand in for it
   * with recordings put together of different videos. Turn it on where yours only pass on what YouTube says.
   */
  readonly checkVideoId?: boolean
  /**
   * How long one request may take, from connecting to the end of its body, in milliseconds.
   * @default 15_000. A video takes two requests, more where YouTube refuses a client. Allow more on a slow line.
   */
  readonly timeoutMs?: number
  /** As whom YouTube is asked, in order. @default {@link YOUTUBE_CLIENTS}. Change it when YouTube retires one of them. */
  readonly clients?: readonly YouTubeClient[]
  /** How many videos are asked for at the same time, for each proxy. @default 4. YouTube blocks addresses that ask much. */
  readonly concurrency?: number
  /**
   * Mean time between the starts of two videos, in milliseconds, drawn from half to one and a half of it; for each proxy.
   * @default 100. Take more where YouTube blocks you, and 0 where there is no YouTube to spare.
   */
  readonly minGapMs?: number
  /**
   * Mean time between two translations, in milliseconds, likewise. One is asked for at a time.
   * @default 1_000. YouTube refuses translations much sooner than originals; take more where it does.
   */
  readonly translationGapMs?: number
  /** The longest body that is read, in bytes. @default 16 MiB; captions of a long video have one. */
  readonly maxBodyBytes?: number
  /** @default the system's. Tests bring their own. */
  readonly clock?: Clock
  /** From 0 to 1, as `Math.random`. @default `Math.random` */
  readonly random?: () => number
}

/** Options with nothing left open. */
export interface YouTubeSourceSettings {
  readonly egresses: readonly Egress[]
  readonly baseUrl: URL | undefined
  /** Whether an answer must be about the video that was asked for. */
  readonly checkVideoId: boolean
  readonly timeoutMs: number
  readonly maxBodyBytes: number
  readonly clients: readonly YouTubeClient[]
  readonly concurrency: number
  readonly minGapMs: number
  readonly translationGapMs: number
  readonly clock: Clock
  readonly random: () => number
}

/** @throws {TranscriptionError} `invalid_input` naming the first option that cannot be meant. */
export function sourceSettings(options: YouTubeSourceOptions): YouTubeSourceSettings {
  const { clients = YOUTUBE_CLIENTS, clock = systemClock, random = Math.random } = options
  const baseUrl = options.baseUrl === undefined ? undefined : originOf(options.baseUrl)
  if (clients.length === 0) throw new TranscriptionError('invalid_input', 'clients must name at least one client.')
  return {
    egresses: egressesOf(options),
    baseUrl,
    checkVideoId: options.checkVideoId ?? (options.fetch === undefined && baseUrl === undefined),
    timeoutMs: atLeast(1, 'timeoutMs', options.timeoutMs ?? 15_000),
    maxBodyBytes: atLeast(1, 'maxBodyBytes', options.maxBodyBytes ?? 16 * 1024 * 1024),
    clients,
    concurrency: atLeast(1, 'concurrency', options.concurrency ?? 4),
    minGapMs: atLeast(0, 'minGapMs', options.minGapMs ?? 100),
    translationGapMs: atLeast(0, 'translationGapMs', options.translationGapMs ?? 1_000),
    clock,
    random,
  }
}

function egressesOf({ proxies = [], fetch }: YouTubeSourceOptions): readonly Egress[] {
  if (proxies.length === 0) return [straight(fetch ?? ((input, init) => globalThis.fetch(input, init)))]
  if (!fetch) return proxies.map((proxy) => throughProxy(typeof proxy === 'string' ? { url: proxy } : proxy))
  throw new TranscriptionError(
    'invalid_input',
    'fetch and proxies exclude each other: requests would go past the proxies.',
  )
}

function originOf(baseUrl: string | URL): URL {
  const url = URL.canParse(String(baseUrl)) ? new URL(baseUrl) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  throw new TranscriptionError('invalid_input', 'baseUrl must be an http or https URL without a user or a password.')
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw new TranscriptionError('invalid_input', `${name} must be a number of at least ${least}.`)
}
