// What an import has to tell of the rows that could not come as they were: counted, with the first of each kind by name.

/** What may be remarked: of how many things that there may be, and what became of them. */
export const REMARKS = {
  unknown_status: 'statuses that are not known here, taken for pending',
  unreadable_time: 'times that cannot be read, replaced by that of the import',
  callback_left_out: 'callback URLs that are refused here; their jobs came without',
  no_videos: 'open jobs without a video, which failed with invalid_input',
  unusable_url: 'videos to do whose URL is missing or names no video, which failed with invalid_input',
  unusable_text: 'completed videos whose text cannot be used, which failed with invalid_input',
  left_unfinished: 'videos that were not done when their job ended; they failed, or were cancelled with it',
  orphan: 'transcripts whose job is not there, left behind',
} as const

export type RemarkKind = keyof typeof REMARKS

export interface Remark {
  readonly kind: RemarkKind
  /** Which job, and which of its videos. */
  readonly subject: string
  /** More about it. */
  readonly detail?: string
  /** How many it stands for. @default 1 */
  readonly count?: number
}
