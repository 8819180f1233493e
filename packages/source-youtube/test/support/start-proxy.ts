// A proxy for one test.
import { onTestFinished } from 'vitest'
import { startStandInProxy, type StandInProxy, type StandInProxyOptions } from '../../src/testing/index.ts'

export async function startProxy(options?: StandInProxyOptions): Promise<StandInProxy> {
  const proxy = await startStandInProxy(options)
  onTestFinished(() => proxy.close())
  return proxy
}
