// The public entry of @ytscriptify/core/testing.
export { ANY_REQUEST, claimOf, contentOf, errorOf, fetchedOf, jobOf, urlOf, videoIds, workerOf } from './builders.ts'
export type { ClaimOverrides, JobOverrides } from './builders.ts'
export { describeStorage, type StorageHarness } from './describe-storage.ts'
export { eventually, type EventuallyOptions } from './eventually.ts'
export { failing, fakeSource, hanging } from './fake-source.ts'
export type { FakeAnswer, FakeFetch, FakeSource, FakeSourceOptions } from './fake-source.ts'
export { manualClock, type ManualClock, type ManualClockOptions } from './manual-clock.ts'
export type { Harness, SuiteOptions, TestRunner } from './test-runner.ts'
