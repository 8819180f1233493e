// ytscriptify deliveries: what became of the callbacks of a job, attempt by attempt.
import type { Delivery, DeliveryAttempt } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { printable, shortened } from '../output/printable.ts'
import { instant, table } from '../output/table.ts'

export async function deliveries(
  id: string,
  { json }: { readonly json?: boolean },
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const found = await withService(settings, ({ service }) => service.deliveries(id))
  if (json) await output.write(`${JSON.stringify({ deliveries: found.map(deliveryJson) })}\n`)
  else if (found.length === 0) screen.line('No deliveries: the job has no callback, or has not ended.')
  else await output.write(found.map(textOf).join('\n'))
  return EXIT.done
}

function textOf({ id, status, receiver, type, nextAttemptAt, attempts }: Delivery): string {
  const next = nextAttemptAt ? `, next attempt ${instant(nextAttemptAt)}` : ''
  const head = `${id}  ${type} to ${printable(receiver)}: ${status}${next}\n`
  return attempts.length === 0 ? head : `${head}${table(['ATTEMPT', 'STARTED', 'ANSWER', ''], attempts.map(row))}`
}

const row = ({ attempt, startedAt, status, error }: DeliveryAttempt): string[] => [
  String(attempt),
  instant(startedAt),
  status === undefined ? '-' : String(status),
  error === undefined ? 'delivered' : shortened(printable(error), 100),
]

const deliveryJson = (delivery: Delivery) => ({
  delivery_id: delivery.id,
  status: delivery.status,
  type: delivery.type,
  receiver: delivery.receiver,
  attempt: delivery.attempt,
  next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  created_at: delivery.createdAt.toISOString(),
  ended_at: delivery.endedAt?.toISOString() ?? null,
  attempts: delivery.attempts.map(({ attempt, startedAt, endedAt, status, error }) => ({
    attempt,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    status: status ?? null,
    error: error ?? null,
  })),
})
