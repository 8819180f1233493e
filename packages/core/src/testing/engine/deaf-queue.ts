// A queue that loses every hint.
import type { JobQueue } from '../../queue.ts'
import { whenAborted } from '../../when-aborted.ts'

export const deafQueue: JobQueue = {
  push: () => Promise.resolve(),
  consume: (_onHint, { signal }) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      else whenAborted(signal, () => resolve())
    }),
  close: () => Promise.resolve(),
}
