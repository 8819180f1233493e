// Which callback URLs of the older service may still be called. It took any.
import { isTranscriptionError, type Notifier } from '@ytscriptify/core'

/** @returns why this URL may not be called; `undefined` when it may. */
export type JudgeCallback = (url: string) => Promise<string | undefined>

/** So many receivers are remembered. Whoever has more of them asks again. */
const MAX_REMEMBERED = 1_000

/** Rules speak of schemes, hosts and ports: of a million jobs with one receiver the first is judged. */
export function callbackJudge({ check }: Pick<Notifier, 'check'>): JudgeCallback {
  const verdicts = new Map<string, Promise<string | undefined>>()
  return (url) => {
    const receiver = receiverIn(url)
    const known = verdicts.get(receiver)
    if (known) return known
    if (verdicts.size >= MAX_REMEMBERED) verdicts.clear()
    const verdict = judge(url)
    verdicts.set(receiver, verdict)
    return verdict
  }

  async function judge(url: string): Promise<string | undefined> {
    try {
      await check(url)
      return undefined
    } catch (error) {
      if (isTranscriptionError(error, 'callback_refused')) return error.message
      throw error
    }
  }
}

/** Everything of a URL that a rule looks at; what is no URL stands for itself. */
function receiverIn(url: string): string {
  if (!URL.canParse(url)) return url
  const { protocol, username, password, host } = new URL(url)
  return JSON.stringify([protocol, username !== '', password !== '', host])
}
