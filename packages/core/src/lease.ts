/** The fencing token: this attempt of this transcript, and no other. */
export interface Lease {
  readonly transcriptId: number
  readonly attempt: number
}
