import type { Transcript } from '../transcript.ts'

/** The video that a text is of: its transcript, or what is known of one. */
export type DescribedVideo = Pick<Transcript, 'url' | 'videoId'> & Partial<Pick<Transcript, 'result'>>
