// What a submission would do with each of its URLs. Nothing is stored, and the source is not asked.
import type { TranscriptSource } from './source.ts'
import type { ReusableTranscript, TranscriptionStorage } from './storage.ts'
import { parseSubmission, type Submission } from './submission.ts'
import { requestKeyOf, requestOf } from './transcript-request.ts'

/** One URL of a submission, and what would become of it. */
export type PreviewedUrl =
  /** The source would be asked for it. */
  | { readonly status: 'unique'; readonly url: string; readonly videoId: string }
  /** A stored transcript would be copied. */
  | { readonly status: 'stored'; readonly url: string; readonly videoId: string; readonly fetchedAt: Date }
  /** It follows the video at an earlier position, from 0. */
  | { readonly status: 'duplicate'; readonly url: string; readonly videoId: string; readonly duplicateOf: number }
  /** It is not the URL of one video: the submission would be refused. */
  | { readonly status: 'invalid'; readonly url: string }

export interface PreviewParts {
  readonly source: TranscriptSource
  readonly storage: Pick<TranscriptionStorage, 'findReusable'>
}

/** As many as fit in memory with their texts, which are read too. */
const LOOKUPS_AT_ONCE = 50

/**
 * Says of each URL, in order, what {@link TranscriptionService.submit} would do with it. A list may be longer than one job:
 * the limit of URLs is not checked.
 *
 * @throws {TranscriptionError} `invalid_input` for anything but a URL that cannot be submitted; `storage_unavailable`
 */
export async function* previewSubmission(input: Submission, parts: PreviewParts): AsyncGenerator<PreviewedUrl> {
  const parsed = parseSubmission(input)
  const { urls, owner, reuse, maxAgeMs, refresh } = parsed
  const request = requestOf(parsed)
  const firstPositions = new Map<string, number>()

  for (let start = 0; start < urls.length; start += LOOKUPS_AT_ONCE) {
    const judged = urls.slice(start, start + LOOKUPS_AT_ONCE).map((url, index) => judge(url, start + index))
    const unique = judged.filter((one) => one.status === 'unique')
    const reusable = await findReusable(unique.map(({ videoId }) => videoId))
    const stored = new Map(unique.map(({ videoId }, index) => [videoId, reusable[index]]))
    for (const one of judged) {
      const found = one.status === 'unique' ? stored.get(one.videoId) : undefined
      yield found && one.status === 'unique' ? { ...one, status: 'stored', fetchedAt: found.fetchedAt } : one
    }
  }

  function judge(url: string, position: number): Exclude<PreviewedUrl, { readonly status: 'stored' }> {
    const videoId = parts.source.parse(url)?.videoId
    if (videoId === undefined) return { status: 'invalid', url }
    const first = firstPositions.get(videoId)
    if (first !== undefined) return { status: 'duplicate', url, videoId, duplicateOf: first }
    firstPositions.set(videoId, position)
    return { status: 'unique', url, videoId }
  }

  async function findReusable(videoIds: readonly string[]): Promise<readonly (ReusableTranscript | undefined)[]> {
    if (refresh || videoIds.length === 0) return []
    return parts.storage.findReusable(
      videoIds.map((videoId) => ({
        source: parts.source.id,
        requestKey: requestKeyOf(videoId, request),
        maxAgeMs,
        ...(reuse === 'owner' && { owner }),
      })),
    )
  }
}
