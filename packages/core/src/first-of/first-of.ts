// firstOf(): several sources as one, asked in order until one of them gives the transcript.
import { systemClock, type Clock } from '../clock.ts'
import { diagnoseSource, mainGateOf, reachOnly } from '../diagnosis/diagnose-source.ts'
import type { DiagnoseSourceOptions, SourceDiagnosis } from '../diagnosis/source-diagnosis.ts'
import { RETRY_RULES, TranscriptionError, isTranscriptionError, type ErrorCode } from '../errors.ts'
import { DEFAULT_GATE_POLICY, type GatePolicy } from '../gate.ts'
import type { FetchOptions, TranscriptSource, VideoRef } from '../source.ts'
import type { TranscriptRequest } from '../transcript-request.ts'
import type { FetchedTranscript, Track } from '../transcript.ts'
import { FALLBACK_POLICY, type FallbackPolicy } from './fallback-policy.ts'
import { createMovingPermits } from './moving-permits.ts'
import { createRests } from './rests.ts'
import { summaryOf, type SourceFailure } from './summary.ts'

export interface FirstOfOptions {
  /**
   * Names all of them together in stored rows: jobs are claimed, and stored transcripts found again, by it.
   * @default the `id` of the first. Give the one that your rows have already when you change the order.
   */
  readonly id?: string
  /** Which errors go on to the next source, where it differs from {@link FALLBACK_POLICY}. */
  readonly policy?: FallbackPolicy
  /**
   * How long a source that refused us is passed over while another can be asked, in milliseconds from the refusal:
   * `minMs`, doubling with each refusal in a row up to `maxMs`, and longer where the source says so.
   * @default 30 s and 5 min, as the gate
   */
  readonly rest?: Pick<GatePolicy, 'minMs' | 'maxMs'>
  /** @default the system's. Tests bring their own. */
  readonly clock?: Clock
}

/**
 * Makes one source of several: a video is asked of the first, and of the next where the error of the one before says
 * that another may do better ({@link FALLBACK_POLICY}). What the transcript came from is in its
 * `metadata.provenance.source`.
 *
 * The sources must mean the same by an id. One that does not know an id as its own throws `unsupported_url`, and the
 * next is asked. A source that refused us (`source_blocked`, `source_rate_limited`) is passed over for a while; the gate
 * closes only when the last one that was asked refuses, too.
 *
 * @throws {TranscriptionError} `invalid_input` without sources, with two of one id, or with a policy that is none.
 */
export function firstOf(sources: readonly TranscriptSource[], options: FirstOfOptions = {}): TranscriptSource {
  const [first] = sources
  if (!first) throw new TranscriptionError('invalid_input', 'firstOf needs at least one source.')
  assertDifferent(sources)
  const { id = first.id, clock = systemClock, rest = DEFAULT_GATE_POLICY } = options
  const policy = policyOf(options.policy)
  const rests = createRests({ rest, clock })
  const permits = createMovingPermits()

  /** Those that are not at rest; where all are, the gate has let us through, so all are asked. */
  function awake(request: TranscriptRequest | undefined, among: readonly TranscriptSource[]): TranscriptSource[] {
    const ready = among.filter((source) => rests.waitMs(laneOf(source, request)) === 0)
    return ready.length > 0 ? ready : [...among]
  }

  async function inOrder<T>(
    among: readonly TranscriptSource[],
    { request, signal }: { request?: TranscriptRequest; signal: AbortSignal },
    ask: (source: TranscriptSource) => Promise<T>,
  ): Promise<T> {
    const failures: SourceFailure[] = []
    for (const source of awake(request, among)) {
      signal.throwIfAborted()
      const asking = rests.begin(laneOf(source, request))
      try {
        const answer = await ask(source)
        asking.answered()
        return answer
      } catch (error) {
        signal.throwIfAborted()
        // A fault in a source must be seen, and not be covered by the next one.
        if (!isTranscriptionError(error)) throw error
        asking.failed(error)
        failures.push({ source: source.id, error })
        if (verdictOf(error.code, policy) === 'stop') break
      }
    }
    throw summaryOf(failures)
  }

  async function fetchVideo(video: VideoRef, { request, permit, signal }: FetchOptions): Promise<FetchedTranscript> {
    return inOrder(sources, { request, signal }, async (source) => {
      const ours = await permits.moveTo(source, { permit, signal })
      return withSource(await source.fetch(video, { request, permit: ours, signal }), source)
    })
  }

  /** One that is at rest has refused us a moment ago, so it is left alone here, too. */
  async function diagnoseOne(
    source: TranscriptSource,
    options: DiagnoseSourceOptions,
  ): Promise<readonly SourceDiagnosis[]> {
    const waitMs = rests.waitMs(mainGateOf(source))
    if (waitMs > 0 && !options.force)
      return [reachOnly(source, { state: 'paused', until: new Date(clock.now() + waitMs) })]
    return diagnoseSource(source, { ...options, clock, timeoutMs: LONGEST_DIAGNOSIS_MS })
  }

  const listing = sources.filter((source) => source.tracks)
  const checking = sources.filter((source) => source.check)

  return {
    id,
    diagnose: async (diagnoseOptions) =>
      (await Promise.all(sources.map((source) => diagnoseOne(source, diagnoseOptions)))).flat(),
    parse(url) {
      for (const source of sources) {
        const video = source.parse(url)
        if (video) return video
      }
      return undefined
    },
    gateKeyOf: (request) => [...new Set(sources.map((source) => laneOf(source, request)))].join('+'),
    admit: async (signal) => permits.take(awake(undefined, sources)[0] ?? first, signal),
    fetch: fetchVideo,
    ...(listing.length > 0 && {
      tracks: (video: VideoRef, { signal }: { signal: AbortSignal }): Promise<readonly Track[]> =>
        inOrder(listing, { signal }, async (source) => (await source.tracks?.(video, { signal })) ?? []),
    }),
    ...(checking.length > 0 && {
      check: ({ signal }: { signal: AbortSignal }): Promise<void> =>
        inOrder(checking, { signal }, async (source) => source.check?.({ signal })),
    }),
  }
}

/** In milliseconds, shorter than that of all together: one that hangs must not hide what the others have found. */
const LONGEST_DIAGNOSIS_MS = 50_000

/** The gate that a source would have of its own: what one refusal is about. */
const laneOf = (source: TranscriptSource, request: TranscriptRequest | undefined): string =>
  (request && source.gateKeyOf?.(request)) ?? source.id

const verdictOf = (code: ErrorCode, policy: FallbackPolicy): 'next' | 'stop' => policy[code] ?? 'stop'

function withSource(fetched: FetchedTranscript, { id }: TranscriptSource): FetchedTranscript {
  const { provenance } = fetched.metadata
  return { ...fetched, metadata: { ...fetched.metadata, provenance: { source: id, ...provenance } } }
}

function assertDifferent(sources: readonly TranscriptSource[]): void {
  const ids = sources.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice === undefined) return
  throw new TranscriptionError('invalid_input', `firstOf was given two sources with the id "${twice}".`, {
    hint: 'Give each source an id of its own, so that errors can say which one failed.',
  })
}

function policyOf(changes: FallbackPolicy = {}): FallbackPolicy {
  const wrong = Object.entries(changes).find(
    ([code, verdict]: [string, string]) => !Object.hasOwn(RETRY_RULES, code) || !['next', 'stop'].includes(verdict),
  )
  if (!wrong) return { ...FALLBACK_POLICY, ...changes }
  throw new TranscriptionError('invalid_input', `policy: "${wrong[0]}: ${wrong[1]}" is no rule for an error.`, {
    hint: 'Give codes of errors, each with "next" or "stop".',
  })
}
