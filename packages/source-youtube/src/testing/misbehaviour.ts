// What the stand-in can be told to do wrong, and which request is meant.
import { z } from 'zod'

const WHERE = ['player', 'timedtext', 'translation', 'watch', 'browse', 'any'] as const

/** Everything that the stand-in can do wrong. {@link misbehaviour} says what each of them is. */
export const MISBEHAVIOURS = [
  'rate-limited',
  'bot-check',
  'captcha',
  'consent',
  'empty',
  'server-error',
  'refused',
  'hang',
  'reset',
  'garbage',
  'cut-off',
  'disabled',
  'private',
  'unavailable',
  'other-video',
  'po-token',
] as const

/** One thing to do wrong. Of several that fit a request, the one that was told first happens. */
export const misbehaviour = z.strictObject({
  /**
   * - `rate-limited`: HTTP 429, with Retry-After if `retryAfter` is given
   * - `bot-check`: the player call, the page of the video and the pages of lists want to see a person
   * - `captcha`: a redirect to Google's captcha page
   * - `consent`: a redirect to the page about cookies
   * - `empty`: HTTP 200 without a body, of caption texts unless told otherwise
   * - `server-error`: HTTP 503
   * - `refused`: HTTP 403
   * - `hang`: no answer, ever
   * - `reset`: the connection is reset
   * - `garbage`: HTTP 200 with a page that is no answer
   * - `cut-off`: the first half of the right answer, as if it were whole
   * - `disabled`, `private`, `unavailable`: they say so of the video
   * - `other-video`: the answer is about another video, with its captions
   * - `po-token`: they name caption texts that come empty
   */
  how: z.enum(MISBEHAVIOURS),
  /** Which requests; `translation` are those for texts in another language than the track's, `browse` those for lists. @default the ones where it makes sense */
  at: z.enum(WHERE).optional(),
  /** Only for this video. @default for all */
  videoId: z.string().optional(),
  /** Only for this client, by its InnerTube name. @default for all */
  client: z.string().optional(),
  /** How often. @default always */
  times: z.number().int().positive().optional(),
  /** For how long, in milliseconds from now. @default for ever */
  forMs: z.number().positive().optional(),
  /** Of `rate-limited`: the header Retry-After, in seconds or as a date. @default without it */
  retryAfter: z.union([z.number(), z.string()]).optional(),
})

export type Misbehaviour = z.input<typeof misbehaviour>

/** What a request is recognised by. */
export interface Occasion {
  readonly at: 'player' | 'timedtext' | 'watch' | 'browse' | 'other'
  readonly videoId?: string | undefined
  readonly client?: string | undefined
  /** Whether it asks for a translation. */
  readonly translated?: boolean
}

export interface Temper {
  /** @returns a function that ends it. */
  add(misbehaviour: Misbehaviour): () => void
  clear(): void
  /** What to do wrong now, if anything. It is used up once. */
  take(occasion: Occasion): Misbehaviour | undefined
}

export function createTemper(): Temper {
  const told = new Set<{ misbehaviour: Misbehaviour; left: number; until: number }>()
  return {
    add(what) {
      const entry = { misbehaviour: what, left: what.times ?? Infinity, until: Date.now() + (what.forMs ?? Infinity) }
      told.add(entry)
      return () => void told.delete(entry)
    },
    clear: () => told.clear(),
    take(occasion) {
      for (const entry of told) {
        if (entry.left <= 0 || entry.until <= Date.now()) told.delete(entry)
        else if (fits(entry.misbehaviour, occasion)) {
          entry.left -= 1
          return entry.misbehaviour
        }
      }
      return undefined
    },
  }
}

function fits({ how, at, videoId, client }: Misbehaviour, occasion: Occasion): boolean {
  const places = at === undefined ? PLACES[how] : [at]
  const isThere = (place: Place): boolean =>
    place === 'translation' ? occasion.translated === true : place === 'any' || place === occasion.at
  if (places?.some(isThere) === false) return false
  return (videoId ?? occasion.videoId) === occasion.videoId && (client ?? occasion.client) === occasion.client
}

type Place = (typeof WHERE)[number]

/** Where a misbehaviour happens unless told otherwise; everywhere for those not named. */
const PLACES: Partial<Record<Misbehaviour['how'], readonly Place[]>> = {
  'bot-check': ['player', 'watch', 'browse'],
  empty: ['timedtext'],
  'cut-off': ['timedtext'],
  disabled: ['player', 'watch'],
  private: ['player', 'watch'],
  unavailable: ['player', 'watch'],
  'other-video': ['player', 'watch'],
  'po-token': ['player', 'watch'],
}
