// The videos of some jobs in the order given, each as soon as it and all before it have ended.
import { isJobEnded, type Transcript, type TranscriptionService, type TranscriptionStorage } from '@ytscriptify/core'

export interface AnswersOptions {
  readonly jobIds: readonly string[]
  readonly service: TranscriptionService
  readonly storage: TranscriptionStorage
  /** Ends the wait for videos that have not ended. */
  readonly signal: AbortSignal
  /** Resolves when nobody here works on them any more, after `signal` has aborted. */
  readonly stopped: () => Promise<void>
}

/** Yields every video with its text, exactly once. After `signal` has aborted, the rest comes as it stands. */
export async function* answersInOrder(options: AnswersOptions): AsyncGenerator<Transcript> {
  for (const jobId of options.jobIds) {
    let position = -1
    for await (const transcript of answersOf(jobId, options)) {
      position = transcript.position
      yield transcript
    }
    if (options.signal.aborted) {
      await options.stopped()
      yield* transcriptsAfter(position, { jobId, storage: options.storage })
    }
  }
}

/** Those that end before the signal aborts. */
async function* answersOf(jobId: string, { service, storage, signal }: AnswersOptions): AsyncGenerator<Transcript> {
  let position = -1
  try {
    for await (const _changed of service.watch(jobId, { signal })) {
      for await (const transcript of transcriptsAfter(position, { jobId, storage })) {
        if (!isJobEnded(transcript.status)) break
        position = transcript.position
        yield transcript
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** One at a time: a long video has a text of megabytes. */
async function* transcriptsAfter(
  position: number,
  { jobId, storage }: { jobId: string; storage: TranscriptionStorage },
): AsyncGenerator<Transcript> {
  let afterPosition = position
  for (;;) {
    const [transcript] = await storage.listTranscripts({ jobId, afterPosition, limit: 1, withData: true })
    if (!transcript) return
    yield transcript
    afterPosition = transcript.position
  }
}
