// The lists that the stand-in knows: a playlist, and a channel with its uploads. Their ids are stable.
import { STAND_IN_VIDEOS } from './videos.ts'

export type StandInTab = 'videos' | 'shorts' | 'streams'

export interface StandInPlaylist {
  /** As in its URL: `PL…`. */
  readonly id: string
  readonly title: string
  /** Ids, in its order. One may stand there twice. */
  readonly videos: readonly string[]
  /** Videos on one page. @default 100 */
  readonly pageSize?: number
  /**
   * - `private`: only its owner sees it
   * - `circles`: after the last page, the first one comes again, for ever
   * - `empty end`: after the last page comes one without anything
   * - `lockups`: its videos are drawn as YouTube draws those of its newer pages
   */
  readonly state?: 'private' | 'circles' | 'empty end' | 'lockups'
}

export interface StandInChannel {
  /** `UC` and 22 characters. */
  readonly id: string
  /** What else leads to it, as in URLs: `@name`, `c/name`, `user/name`. */
  readonly names: readonly string[]
  readonly title: string
  /** The newest first. */
  readonly uploads: readonly StandInUpload[]
  /** Videos on one page of a tab. @default 30 */
  readonly pageSize?: number
}

export interface StandInUpload {
  readonly id: string
  /** Where the channel shows it. */
  readonly tab: StandInTab
}

/** In its order, one of them twice. */
const SPEECHES: StandInPlaylist = {
  id: 'PLspeeches_of_the_stand_in',
  title: 'Speeches',
  videos: ['gettysburg1', 'aintiawoman', 'liberty1775', 'gettysburg1', 'fdr1933fear'],
}

const CHANNEL: StandInChannel = {
  id: 'UCpublic_domain_speeches',
  names: ['@PublicDomainSpeeches', 'c/PublicDomainSpeeches', 'user/speeches1863'],
  title: 'Public Domain Speeches',
  uploads: STAND_IN_VIDEOS.map(({ id, state }) => ({ id, tab: tabOf(id, state) })).toReversed(),
}

function tabOf(id: string, state: string | undefined): StandInTab {
  if (state === 'live' || state === 'upcoming') return 'streams'
  return id === 'basho_ja_01' ? 'shorts' : 'videos'
}

export const STAND_IN_PLAYLISTS: readonly StandInPlaylist[] = [SPEECHES]

export const STAND_IN_CHANNELS: readonly StandInChannel[] = [CHANNEL]

/** The playlist of all uploads, which every channel has. */
export const uploadsOf = ({ id, title, uploads }: StandInChannel): StandInPlaylist => ({
  id: `UU${id.slice(2)}`,
  title: `Uploads from ${title}`,
  videos: uploads.map((upload) => upload.id),
})
