// The composition: which storage, queue and source are behind the service.
import {
  createEmitter,
  createTranscriptionService,
  type JobQueue,
  type Notifier,
  type TranscriptSource,
  type TranscriptionEmitter,
  type TranscriptionService,
  type TranscriptionStorage,
} from '@ytscriptify/core'
import { queueOf } from './open-queue.ts'
import { openSource } from './open-source.ts'
import { openStorage } from './open-storage.ts'
import type { Settings } from './settings/settings.ts'

export interface OpenedService {
  readonly service: TranscriptionService
  /** The service's own storage, for what its front does not offer: gates, and transcripts from a position on. */
  readonly storage: TranscriptionStorage
  /** Absent where nothing carries hints between processes. */
  readonly queue?: JobQueue
  readonly events: TranscriptionEmitter
}

export interface ServiceParts {
  readonly source?: TranscriptSource
  /** Sends callbacks. @default none: jobs have no callback then */
  readonly notifier?: Notifier
}

/**
 * Opens the database, and brings its schema up to date.
 *
 * @throws {TranscriptionError} `storage_unavailable`, `storage_incompatible`
 */
export async function openService(
  settings: Settings,
  { source = openSource(settings), notifier }: ServiceParts = {},
): Promise<OpenedService> {
  const { database, jobTimeoutMs, maxUrlsPerJob } = settings
  const storage = await openStorage(database)
  const events = createEmitter()
  try {
    await storage.ready()
  } catch (error) {
    await storage.close()
    throw error
  }
  const queue = queueOf(settings, { onError: (error) => events.emit('engine.error', { error, during: 'hint' }) })
  const service = createTranscriptionService({
    storage,
    source,
    ...(queue && { queue }),
    events,
    limits: { jobTimeoutMs, maxUrlsPerJob },
    ...(notifier && { notifier }),
  })
  return { service, storage, events, ...(queue && { queue }) }
}

/** Opens the service for as long as `use` runs. */
export async function withService<T>(
  settings: Settings,
  use: (opened: OpenedService) => Promise<T>,
  parts?: ServiceParts,
): Promise<T> {
  const opened = await openService(settings, parts)
  try {
    return await use(opened)
  } finally {
    await opened.service.close()
  }
}
