// The public entry of @ytscriptify/core.
export { createAbortListeners, type OnAbort } from './abort-listeners.ts'
export { chooseTrack, type TrackChoice } from './choose-track.ts'
export { systemClock, type Clock } from './clock.ts'
export { STORAGE_RULES } from './storage-rules.ts'
export { LOST_ATTEMPT, receiverOf } from './delivery.ts'
export type {
  ClaimDeliveriesOptions,
  ClaimedDelivery,
  Delivery,
  DeliveryAttempt,
  DeliveryClaim,
  DeliveryFailure,
  DeliveryLease,
  DeliveryOutcome,
  DeliveryQuery,
  DeliverySettleResult,
  DeliverySettlement,
  DeliveryStatus,
} from './delivery.ts'
export type { DeliveryStats } from './deliveries/delivery-loop.ts'
export { DEFAULT_DELIVERY_OPTIONS, type DeliveryOptions } from './deliveries/delivery-options.ts'
export { STANDARD_DELAYS_MS } from './deliveries/delivery-schedule.ts'
export { diagnose, type DiagnoseParts } from './diagnosis/diagnose.ts'
export { diagnosisJson, findingJson } from './diagnosis/diagnosis-json.ts'
export type { DiagnoseOptions, Diagnosis, GateDiagnosis, StorageDiagnosis } from './diagnosis/diagnosis.ts'
export type { Finding, Fine, Remedy, Subject, Trouble } from './diagnosis/finding.ts'
export { statusOfFindings } from './diagnosis/findings.ts'
export type {
  ClientAnswer,
  ClientDiagnosis,
  DiagnoseSourceOptions,
  Reach,
  ReachStep,
  SourceDiagnosis,
  WayDiagnosis,
} from './diagnosis/source-diagnosis.ts'
export { deadlineErrorOf, jobErrorOf, workerLostErrorOf, type DeadlineFacts } from './end-errors.ts'
export { HINTS, RETRY_RULES, TranscriptionError, isTranscriptionError, pathOf, toErrorRecord } from './errors.ts'
export type { ErrorCode, ErrorRecord, InputIssue, RetryRule, TranscriptionErrorOptions } from './errors.ts'
export { createEmitter } from './events.ts'
export type {
  AttemptEvent,
  AttemptOutcome,
  EventName,
  TranscriptEvent,
  TranscriptionEmitter,
  TranscriptionEvents,
} from './events.ts'
export { expandLists, type ExpandOptions, type ExpandedUrl } from './expand-lists.ts'
export { FALLBACK_POLICY, type FallbackPolicy } from './first-of/fallback-policy.ts'
export { firstOf, type FirstOfOptions } from './first-of/first-of.ts'
export { DEFAULT_GATE_POLICY, gateAfterAnswer, gateAfterRefusal, gateStateAt, isProbe, openGate } from './gate.ts'
export type { Gate, GatePolicy, GateState, Refusal } from './gate.ts'
export { gateClosedError, type ClosedGate } from './gate-closed-error.ts'
export { importPlanOf } from './imported-job.ts'
export type { ImportPlan, ImportedJob, ImportedState, ImportedTranscript } from './imported-job.ts'
export { JOB_MOVES, JOB_STATUSES, endStatusOf, isJobEnded } from './job.ts'
export type { Idempotency, Job, JobCounts, JobStatus, Move } from './job.ts'
export { callbackJson, jobJson, jobSummary, showsTexts, type JobJsonOptions } from './job-json.ts'
export { findLanguages, isOfLanguage } from './language-tags.ts'
export type { Lease } from './lease.ts'
export type { ListRef, ListVideosOptions, ListedVideo, Lister } from './lister.ts'
export type { NewJob, NewTranscript } from './new-job.ts'
export type { DeliveryReceipt, Notification, Notifier } from './notifier.ts'
export type { Hint, JobNote, JobQueue } from './queue.ts'
export type { LimitWindow, LimitWindowState, RateLimitStore } from './rate-limit-store.ts'
export { previewSubmission, type PreviewParts, type PreviewedUrl } from './preview-submission.ts'
export { readTranscripts, type ReadTranscriptsOptions } from './read-transcripts.ts'
export { retryAfterMs } from './retry-after.ts'
export { DEFAULT_RETRY_POLICY, backoffMs, type RetryPolicy } from './retry-policy.ts'
export type { FetchOptions, Permit, TranscriptSource, VideoRef } from './source.ts'
export type {
  Claim,
  ClaimOptions,
  ClaimedTranscript,
  ExpireOptions,
  ExpireResult,
  ExpiredTranscript,
  Failure,
  JobCursor,
  JobQuery,
  ListJobsQuery,
  ListTranscriptsQuery,
  Outcome,
  PurgeOptions,
  RenewOptions,
  ReusableTranscript,
  ReuseLookup,
  SettleResult,
  Settlement,
  TranscriptionStorage,
  Worker,
} from './storage.ts'
export type { ActiveTranscript, StorageStats, WorkerRecord } from './storage-inspection.ts'
export { decodeSegments, encodeSegments, segmentsJsonOf } from './transcript-data.ts'
export { tracksJson } from './tracks-json.ts'
export { transcriptJson, transcriptSummary } from './transcript-json.ts'
export {
  ANY_LANGUAGE,
  languageTag,
  requestKeyOf,
  transcriptRequest,
  type ReusePolicy,
  type TranscriptRequest,
} from './transcript-request.ts'
export { TRANSCRIPT_MOVES } from './transcript.ts'
export { untilAborted } from './until-aborted.ts'
export type {
  FetchedTranscript,
  LiveState,
  Segment,
  Thumbnail,
  Track,
  TrackKind,
  Transcript,
  TranscriptContent,
  TranscriptResult,
  TranscriptStatus,
  VideoMetadata,
} from './transcript.ts'
export { pollingQueue, type PollingQueueOptions } from './polling-queue.ts'
export { DEFAULT_LIMITS, DEFAULT_OWNER, type Submission, type SubmissionLimits } from './submission.ts'
export { createTranscriptionService } from './create-service.ts'
export type {
  ActiveOptions,
  JobPage,
  ListOptions,
  OwnerOption,
  PurgeRequest,
  RetryOptions,
  ServiceStats,
  Submitted,
  TracksOptions,
  TranscriptionService,
  TranscriptionServiceOptions,
  TranscriptsOptions,
  VideoTracks,
  WatchJobOptions,
} from './transcription-service.ts'
export { createWorker, type TranscriptionWorker, type WorkerParts, type WorkerStats } from './worker/worker.ts'
export type { WorkerOptions } from './worker/worker-options.ts'
export type { SoonRetry, WorkerCounters } from './worker/worker-context.ts'
