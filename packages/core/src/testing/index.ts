// The public entry of @ytscriptify/core/testing.
export {
  ANY_REQUEST,
  claimOf,
  contentOf,
  errorOf,
  fetchedOf,
  importedJobOf,
  importedText,
  jobOf,
  urlOf,
  videoIds,
  workerOf,
} from './builders.ts'
export type { ClaimOverrides, ImportOverrides, JobOverrides } from './builders.ts'
export { describeEngine } from './describe-engine.ts'
export { describeNotifier } from './describe-notifier.ts'
export type { NotifierHarness, ReceivedNotification, ReceiverBehaviour } from './describe-notifier.ts'
export { describeQueue, type QueueHarness, type QueueSuiteOptions } from './describe-queue.ts'
export { describeRateLimitStore, type RateLimitStoreHarness } from './describe-rate-limit-store.ts'
export { describeSource, type SourceHarness } from './describe-source.ts'
export { describeStorage } from './describe-storage.ts'
export type { StorageHarness } from './storage-harness.ts'
export { eventually, type EventuallyOptions } from './eventually.ts'
export { answering, fakeNotifier, silent } from './fake-notifier.ts'
export type { FakeDelivery, FakeNotifier, FakeNotifierOptions, FakeReceipt } from './fake-notifier.ts'
export { failing, fakeSource, hanging } from './fake-source.ts'
export type { FakeAnswer, FakeFetch, FakeSource, FakeSourceOptions } from './fake-source.ts'
export { manualClock, type ManualClock, type ManualClockOptions } from './manual-clock.ts'
export { queueHub, type QueueHub } from './queue-hub.ts'
export type { Harness, SuiteOptions, TestRunner } from './test-runner.ts'
export { storageTracker, type StorageTracker } from './tracked-storage.ts'
