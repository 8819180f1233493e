// The videos that the stand-in knows. Their ids are stable: tests and demos name them.
import { KNOWN_VIDEO } from '../known-video.ts'
import * as texts from './texts.ts'
import { generatedTrack, manualTrack, type StandInTrack } from './tracks.ts'

/** Why a video gives no transcript, though nothing is wrong with the service. */
export type VideoState =
  | 'unavailable'
  | 'unplayable'
  | 'private'
  | 'age-restricted'
  | 'members-only'
  | 'premium-only'
  | 'payment-required'
  | 'geo-blocked'
  | 'terminated'
  | 'upcoming'
  | 'live'
  | 'po-token'

export interface StandInVideo {
  /** 11 characters. */
  readonly id: string
  readonly title: string
  readonly channel: string
  /** @default none */
  readonly description?: string
  /** @default none is told */
  readonly viewCount?: number
  /** Length, in milliseconds. @default until the last caption ends */
  readonly durationMs?: number
  /** Without any, captions are disabled. */
  readonly tracks: readonly StandInTrack[]
  /** @default it plays */
  readonly state?: VideoState
  /** When an upcoming one starts. @default in an hour */
  readonly startsAt?: Date
}

const spoken = (id: string, title: string, ...tracks: StandInTrack[]): StandInVideo => ({
  id,
  title,
  channel: 'Public Domain Speeches',
  tracks,
})

const refused = (id: string, state: VideoState, ...tracks: StandInTrack[]): StandInVideo => ({
  ...spoken(id, `A video that is ${state}`, ...tracks),
  state,
})

/** Every video by its id. Beside these, {@link bulkVideo} answers for as many as a test needs. */
export const STAND_IN_VIDEOS: readonly StandInVideo[] = [
  // What a diagnosis asks for, unless it is told otherwise.
  spoken(KNOWN_VIDEO, 'A video that everybody knows', manualTrack('en', texts.GETTYSBURG)),
  {
    ...spoken(
      'gettysburg1',
      'The Gettysburg Address',
      manualTrack('fr', texts.GETTYSBURG_FR),
      manualTrack('en', texts.GETTYSBURG),
      generatedTrack('en', texts.GETTYSBURG),
      manualTrack('de', texts.GETTYSBURG_DE),
      manualTrack('es', texts.GETTYSBURG_ES),
    ),
    description: 'Spoken at the dedication of the cemetery.\nGettysburg, Pennsylvania.',
    viewCount: 15_000,
  },
  spoken('aintiawoman', 'Sojourner Truth at Akron', manualTrack('en', texts.SOJOURNER_TRUTH)),
  spoken('liberty1775', 'Give me liberty or give me death', generatedTrack('en', texts.PATRICK_HENRY)),
  spoken(
    'fdr1933fear',
    'The only thing we have to fear',
    manualTrack('en', texts.ROOSEVELT),
    generatedTrack('en', texts.ROOSEVELT),
  ),
  spoken(
    'july4_1852x',
    'What, to the American slave, is your 4th of July?',
    generatedTrack('en', texts.DOUGLASS),
    manualTrack('en-GB', texts.DOUGLASS),
  ),
  spoken(
    'loreley_de1',
    'Die Lore-Ley',
    manualTrack('en', texts.LORELEY_EN),
    manualTrack('de', texts.LORELEY),
    generatedTrack('de', texts.LORELEY),
  ),
  spoken(
    'droits_1789',
    "Déclaration des droits de l'homme et du citoyen",
    manualTrack('fr', texts.DROITS_DE_LHOMME),
    generatedTrack('fr', texts.DROITS_DE_LHOMME),
  ),
  spoken('quijote_es1', 'Don Quijote de la Mancha', generatedTrack('es', texts.QUIJOTE)),
  spoken('lusiadas_br', 'Os Lusíadas', manualTrack('pt-BR', texts.LUSIADAS)),
  spoken('basho_ja_01', '俳句', manualTrack('ja', texts.BASHO)),
  spoken('ampersands1', 'Escaping <b>&amp;</b> & friends', manualTrack('en', texts.AMPERSANDS)),
  spoken('emphasis_v1', 'Captions with emphasis', manualTrack('en', texts.EMPHASIS)),
  spoken('no_captions', 'A video without captions'),
  refused('unplayable1', 'unplayable'),
  refused('private_vid', 'private'),
  refused('age_limited', 'age-restricted'),
  refused('members_vid', 'members-only'),
  refused('premium_vid', 'premium-only'),
  refused('paid_rental', 'payment-required'),
  refused('geo_blocked', 'geo-blocked'),
  refused('terminated1', 'terminated'),
  refused('upcoming_v1', 'upcoming'),
  refused('live_now_v1', 'live'),
  refused('po_token_v1', 'po-token', manualTrack('en', texts.DOUGLASS)),
]

/** `bulk` and seven digits: always there, with a text of its own in English. */
export function bulkVideo(id: string): StandInVideo | undefined {
  const number = /^bulk(\d{7})$/.exec(id)?.[1]
  if (number === undefined) return undefined
  const lines = [`This is video number ${number}.`, ...texts.GETTYSBURG, `Here ends video number ${number}.`]
  return spoken(id, `Bulk video ${number}`, manualTrack('en', lines))
}
