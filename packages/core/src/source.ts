// Where transcripts come from.
import type { DiagnoseSourceOptions, SourceDiagnosis } from './diagnosis/source-diagnosis.ts'
import type { TranscriptRequest } from './transcript-request.ts'
import type { FetchedTranscript, Track } from './transcript.ts'

/** A video that a source knows how to fetch. */
export interface VideoRef {
  /** Unique within the source. */
  readonly videoId: string
}

/** Leave to make one request to the source: a place in its limiter, and the way out that it goes. */
export interface Permit {
  /** Gives the place back. Calling it twice is fine. */
  release(): void
}

export interface FetchOptions {
  readonly request: TranscriptRequest
  /** What {@link TranscriptSource.admit} gave. */
  readonly permit: Permit
  /** Aborts when nobody wants the answer any more. The source stops its work and rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/**
 * Finds and fetches transcripts. One method = at most one try: retries, back-off and the pause after a block
 * belong to the engine, which decides by the code of the {@link TranscriptionError} that a source throws.
 *
 * Prove an implementation with `describeSource` of `@ytscriptify/core/testing`.
 */
export interface TranscriptSource {
  /** Names the source in stored rows, so it never changes: `youtube`. */
  readonly id: string

  /**
   * Recognises a URL (or whatever else names a video here) without asking anybody.
   *
   * @returns `undefined` when it is not the URL of one video of this source.
   */
  parse(url: string): VideoRef | undefined

  /**
   * The gate that a request goes through. When the source blocks us, only the gate of the blocked request
   * closes, for every process. @default the `id` of the source
   */
  gateKeyOf?(request: TranscriptRequest): string

  /**
   * Waits until the source may be asked once more. The engine asks for a permit before it claims a transcript, so
   * waiting here holds no lease and uses up no attempt's time. It asks for several at once, with one signal.
   *
   * @throws the reason of `signal` when it aborts first.
   */
  admit(signal: AbortSignal): Promise<Permit>

  /**
   * Fetches the transcript of one video: one try.
   *
   * @throws {TranscriptionError} with a code of the source group; `source_blocked` and `source_rate_limited`
   *   (with `retryAt` where the source says when) close the gate. Anything else that is thrown counts as `internal`.
   */
  fetch(video: VideoRef, options: FetchOptions): Promise<FetchedTranscript>

  /**
   * Lists the caption tracks that a video offers. It waits for its turn as every request does: no permit is given to it.
   *
   * @throws {TranscriptionError} what {@link fetch} throws of the video and of the source.
   */
  tracks?(video: VideoRef, options: { readonly signal: AbortSignal }): Promise<readonly Track[]>

  /** Asks the source for something small to learn whether it can be reached. @throws {TranscriptionError} when it cannot. */
  check?(options: { readonly signal: AbortSignal }): Promise<void>

  /**
   * Finds out what stands between this machine and a transcript: how far we come, who is answered, whether a text comes.
   * It asks little, each once, and changes nothing: no pause and no limit learns from it. What fails is part of the
   * answer. Where the source has refused us and its pause is not over, it asks only with `force`.
   *
   * @returns one for each source that it is made of, in the order in which they are asked.
   * @throws the reason of `signal`, and nothing else.
   */
  diagnose?(options: DiagnoseSourceOptions): Promise<readonly SourceDiagnosis[]>
}
