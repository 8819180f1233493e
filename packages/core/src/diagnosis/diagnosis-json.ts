// A diagnosis as programs read it: the same in the answers of the HTTP API and in what the command prints.
import { errorJson } from '../error-json.ts'
import type { Diagnosis, GateDiagnosis, StorageDiagnosis } from './diagnosis.ts'
import type { Finding } from './finding.ts'
import type { ClientDiagnosis, Reach, SourceDiagnosis, WayDiagnosis } from './source-diagnosis.ts'

export const diagnosisJson = ({ status, checkedAt, storage, gates, sources, findings }: Diagnosis) => ({
  status,
  checked_at: checkedAt.toISOString(),
  findings: findings.map(findingJson),
  storage: storageJson(storage),
  gates: gates.map(gateJson),
  sources: sources.map(sourceJson),
})

export const findingJson = (finding: Finding) => ({
  level: finding.level,
  about: finding.about,
  message: finding.message,
  remedy: finding.level === 'ok' ? null : finding.remedy,
  advice: finding.level === 'ok' ? null : finding.advice,
})

const storageJson = (storage: StorageDiagnosis) => ({
  state: storage.state,
  ms: storage.state === 'absent' ? null : Math.round(storage.ms),
  schema_version: storage.state === 'answers' ? (storage.schemaVersion ?? null) : null,
  error: storage.state === 'failing' ? errorJson(storage.error) : null,
})

const gateJson = (gate: GateDiagnosis) => ({
  key: gate.key,
  state: gate.state,
  closed_until: closedUntil(gate)?.toISOString() ?? null,
  probing: gate.state === 'ajar' && gate.probing,
})

function closedUntil(gate: GateDiagnosis): Date | undefined {
  if (gate.state === 'open') return undefined
  return gate.state === 'closed' ? gate.until : gate.since
}

const sourceJson = ({ source, videoId, ways }: SourceDiagnosis) => ({
  source,
  video_id: videoId ?? null,
  ways: ways.map(wayJson),
})

const wayJson = ({ target, proxy, reach, clients }: WayDiagnosis) => ({
  target,
  proxy: proxy ?? null,
  reach: reachJson(reach),
  clients: clients.map(clientJson),
})

const reachJson = (reach: Reach) => ({
  state: reach.state,
  at: reach.state === 'unreachable' ? reach.at : null,
  cause: reach.state === 'unreachable' ? (reach.cause ?? null) : null,
  http_status: 'httpStatus' in reach ? (reach.httpStatus ?? null) : null,
  ms: reach.state === 'paused' ? null : Math.round(reach.ms),
  until: reach.state === 'paused' ? reach.until.toISOString() : null,
  error: 'error' in reach ? errorJson(reach.error) : null,
})

const clientJson = (client: ClientDiagnosis) => ({
  name: client.name,
  version: client.version ?? null,
  state: client.state,
  why: client.state === 'skipped' ? client.why : null,
  http_status: 'httpStatus' in client ? (client.httpStatus ?? null) : null,
  ms: client.state === 'skipped' ? null : Math.round(client.ms),
  language: client.state === 'gives' ? client.language : null,
  segments: client.state === 'gives' ? client.segments : null,
  error: 'error' in client ? errorJson(client.error) : null,
})
