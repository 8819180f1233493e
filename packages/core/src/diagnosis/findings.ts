// What a diagnosis means, in words for people: each thing that was found, how bad it is, and what to do.
import type { ErrorRecord } from '../errors.ts'
import type { GateDiagnosis, StorageDiagnosis } from './diagnosis.ts'
import { REMEDIES, type Finding, type Remedy, type Trouble } from './finding.ts'
import {
  canGiveProof,
  givesText,
  isUnproven,
  type ClientDiagnosis,
  type Reach,
  type ReachStep,
  type SourceDiagnosis,
  type WayDiagnosis,
} from './source-diagnosis.ts'

/** What several findings come to. */
export function statusOfFindings(findings: readonly Pick<Finding, 'level'>[]): 'ok' | 'degraded' | 'failing' {
  const levels = new Set(findings.map(({ level }) => level))
  if (levels.has('problem')) return 'failing'
  return levels.has('warning') ? 'degraded' : 'ok'
}

export interface Facts {
  readonly storage: StorageDiagnosis
  readonly gates: readonly GateDiagnosis[]
  readonly sources: readonly SourceDiagnosis[]
  /** The gate of requests that ask for nothing particular. */
  readonly mainGate: string
  /** Milliseconds since 1970. */
  readonly now: number
}

export function findingsOf({ storage, gates, sources, mainGate, now }: Facts): readonly Finding[] {
  const isProvable = sources.some(canGiveProof)
  // Where one could show a text and shows none, others that are merely there, as a folder is, prove nothing.
  const isUsable = (way: WayDiagnosis): boolean => givesText(way) || (!isProvable && isUnproven(way))
  const level = sources.some(({ ways }) => ways.some(isUsable)) ? 'warning' : 'problem'
  return [
    ...storageFindings(storage),
    ...gates.map((gate) => gateFinding(gate, { isMain: gate.key === mainGate, wasAsked: sources.length > 0, now })),
    ...sources.flatMap((source) => sourceFindings(source, { level, isProvable, now })),
  ]
}

function storageFindings(storage: StorageDiagnosis): Finding[] {
  const about = 'storage'
  if (storage.state === 'absent') return []
  if (storage.state === 'answers') {
    const schema = storage.schemaVersion === undefined ? '' : `, with schema ${storage.schemaVersion}`
    return [{ level: 'ok', about, message: `The storage answers${schema} (${millis(storage.ms)}).` }]
  }
  const { message, hint } = storage.error
  return [{ level: 'problem', about, message, remedy: 'check_storage', advice: hint }]
}

function gateFinding(
  gate: GateDiagnosis,
  { isMain, wasAsked, now }: { readonly isMain: boolean; readonly wasAsked: boolean; readonly now: number },
): Finding {
  const about = 'gate'
  const name = `The gate "${gate.key}"`
  switch (gate.state) {
    case 'open':
      return { level: 'ok', about, message: `${name} is open.` }
    case 'closed': {
      const untried = isMain && !wasAsked ? ' So nothing was asked now.' : ''
      const message = `${name} is closed until ${moment(gate.until, now)}: the source has refused this address.${untried}`
      return { level: isMain ? 'problem' : 'warning', about, message, ...trouble('ask_less') }
    }
    case 'ajar': {
      const next = gate.probing ? 'One video finds out' : 'The next video finds out'
      const message = `${name} is ajar since ${moment(gate.since, now)}: its pause is over. ${next} whether the source lets us in again.`
      return { level: 'warning', about, message, ...trouble('wait') }
    }
  }
}

interface Severity {
  readonly level: 'warning' | 'problem'
  /** Whether one of the sources could show a text. */
  readonly isProvable: boolean
  readonly now: number
}

function sourceFindings({ source, ways }: SourceDiagnosis, severity: Severity): Finding[] {
  if (ways.length === 0)
    return [{ level: 'ok', about: 'source', message: `The source "${source}" says nothing of itself.` }]
  return ways.flatMap((way) => [
    reachFinding(way, severity),
    ...alike(way.clients).flatMap((clients) => clientFindings(clients, way, severity)),
  ])
}

function reachFinding(way: WayDiagnosis, { level, isProvable, now }: Severity): Finding {
  const { target, proxy, reach } = way
  const about = 'source'
  const through = proxy === undefined ? '' : ` through the proxy ${proxy}`
  switch (reach.state) {
    case 'reached': {
      const status = reach.httpStatus === undefined ? '' : `HTTP ${reach.httpStatus}, `
      const untold = isProvable && isUnproven(way) ? ' Whether a text comes from it is not known.' : ''
      return { level: 'ok', about, message: `${target} answers${through} (${status}${millis(reach.ms)}).${untold}` }
    }
    case 'refused':
      return {
        level,
        about,
        message: `${target} refuses this address${through}. ${said(reach.error, now)}`,
        ...trouble('ask_less'),
      }
    case 'paused':
      return {
        level,
        about,
        message: `${target} has refused this process${through} a moment ago. It is not asked before ${moment(reach.until, now)}.`,
        ...trouble('ask_less'),
      }
    case 'unreachable':
      return { level, about, message: unreachable({ target, proxy, reach }), ...remedyOf(reach) }
  }
}

const STEPS = {
  dns: { says: 'The name of TARGET cannot be looked up', remedy: 'check_dns' },
  connect: { says: 'TARGET takes no connection', remedy: 'check_network' },
  tls: { says: 'No secure connection to TARGET comes about', remedy: 'check_certificates' },
  proxy: { says: 'The proxy PROXY does not let us through to TARGET', remedy: 'check_proxy' },
  timeout: { says: 'TARGET does not answer in time', remedy: 'allow_time' },
  program: { says: 'TARGET cannot be used', remedy: 'install_program' },
  answer: { says: 'TARGET cannot be used', remedy: 'look_at_source' },
} as const satisfies Record<ReachStep, { readonly says: string; readonly remedy: Remedy }>

type Unreachable = Extract<Reach, { state: 'unreachable' }>

interface DeadEnd extends Pick<WayDiagnosis, 'target'> {
  readonly proxy: string | undefined
  readonly reach: Unreachable
}

function unreachable({ target, proxy, reach: { at, cause, error } }: DeadEnd): string {
  const says = STEPS[at].says.replace('TARGET', () => target).replace('PROXY', () => proxy ?? '')
  if (at === 'program' || at === 'answer') return `${says}: ${error.message}`
  return cause === undefined ? `${says}.` : `${says} (${cause}).`
}

/** What a program lacks, and what an answer means, the error knows better than this table. */
function remedyOf({ at, error }: Unreachable): Pick<Trouble, 'remedy' | 'advice'> {
  const { remedy } = STEPS[at]
  return at === 'program' || at === 'answer' ? { remedy, advice: error.hint } : trouble(remedy)
}

/** Clients that were answered the same, one after the other: they are spoken of together. */
function alike(clients: readonly ClientDiagnosis[]): [ClientDiagnosis, ...ClientDiagnosis[]][] {
  const groups: [ClientDiagnosis, ...ClientDiagnosis[]][] = []
  for (const client of clients) {
    const last = groups.at(-1)
    if (last && isFailed(client) && isFailed(last[0]) && isSameAnswer(client, last[0])) last.push(client)
    else groups.push([client])
  }
  return groups
}

const isFailed = (client: ClientDiagnosis): client is Failed => 'error' in client

const isSameAnswer = (a: Failed, b: Failed): boolean =>
  a.state === b.state && a.httpStatus === b.httpStatus && a.error.message === b.error.message

function clientFindings(
  [client, ...others]: readonly [ClientDiagnosis, ...ClientDiagnosis[]],
  { proxy }: WayDiagnosis,
  { level, now }: Severity,
): Finding[] {
  const about = 'source'
  const names = [client, ...others].map(({ name, version }) => (version === undefined ? name : `${name} ${version}`))
  const who = `${names.join(', ')}${proxy === undefined ? '' : ` through ${proxy}`}`
  switch (client.state) {
    case 'gives': {
      const lines = `${client.segments} ${client.segments === 1 ? 'line' : 'lines'} in "${client.language}"`
      return [{ level: 'ok', about, message: `${who} is given captions: ${lines} (${millis(client.ms)}).` }]
    }
    case 'shows':
      return [{ level: 'ok', about, message: `${who} is shown captions (${millis(client.ms)}).` }]
    case 'blocked':
    case 'refused':
    case 'failed': {
      const is = others.length === 0 ? 'is' : 'are'
      const message = `${who} ${is} ${SAYS[client.state]}: ${said(client.error, now)}`
      return [{ level, about, message, ...trouble(remedyOfClient(client)) }]
    }
    case 'skipped':
      return []
  }
}

const SAYS = { blocked: 'blocked', refused: 'refused', failed: 'not answered' } as const

type Failed = Extract<ClientDiagnosis, { state: 'blocked' | 'refused' | 'failed' }>

function remedyOfClient({ state, httpStatus, error: { code } }: Failed): Remedy {
  if (state === 'failed') return code === 'source_timeout' ? 'allow_time' : 'check_network'
  if (code === 'consent_required') return 'change_network'
  if (state === 'blocked') return 'ask_less'
  // What YouTube says to versions that it has retired: a bad request.
  if (httpStatus === 400 || code === 'po_token_required') return 'change_clients'
  return ABOUT_THE_ANSWER.has(code) ? 'look_at_source' : 'check_video'
}

const ABOUT_THE_ANSWER: ReadonlySet<string> = new Set(['source_request_failed', 'empty_transcript', 'internal'])

/** What was answered, and when another try makes sense. */
const said = ({ message, retryAt }: ErrorRecord, now: number): string =>
  retryAt && retryAt.getTime() > now ? `${message} Until ${moment(retryAt, now)}.` : message

const trouble = (remedy: Remedy): Pick<Trouble, 'remedy' | 'advice'> => ({ remedy, advice: REMEDIES[remedy] })

const millis = (ms: number): string => `${Math.round(ms)} ms`

/** An instant as people read it, and how far it is from now: `2026-03-01 12:30:05Z (in 4 min)`. */
function moment(at: Date, now: number): string {
  const seconds = Math.round((at.getTime() - now) / 1_000)
  const far = Math.abs(seconds) < 60 ? `${Math.abs(seconds)} s` : `${Math.round(Math.abs(seconds) / 60)} min`
  const text = at.toISOString().slice(0, 19).replace('T', ' ')
  return `${text}Z (${seconds < 0 ? `${far} ago` : `in ${far}`})`
}
