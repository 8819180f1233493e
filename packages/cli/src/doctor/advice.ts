// What to do, by the names of our settings: the library knows none of them.
import type { Finding, Remedy } from '@ytscriptify/core'
import type { Settings } from '../settings/settings.ts'

const ADVICE: Partial<Record<Remedy, string>> = {
  ask_less:
    'Wait: it is tried again by itself. If it comes back, ask less (YOUTUBE_PAUSE=2, WORKER_CONCURRENCY=2), or take another way out (YOUTUBE_PROXIES).',
  check_dns: 'Check the network and the name servers of this machine, and YOUTUBE_BASE_URL where it is set.',
  check_network: 'Check the network and the firewall of this machine, and YOUTUBE_BASE_URL where it is set.',
  allow_time: 'Check the network, or allow more time: YOUTUBE_TIMEOUT=30, YT_DLP_TIMEOUT=90.',
  change_clients: 'Update ytscriptify, or name other clients or newer versions of them: YOUTUBE_CLIENTS.',
  change_network: 'Use another network, or a proxy elsewhere: YOUTUBE_PROXIES.',
  check_video: 'Name another video that has captions: ytscriptify doctor --video VIDEO_ID.',
}

/** @param settings - Which variable names the proxies. */
export function adviceInSettings(finding: Finding, { proxyVariable }: Pick<Settings, 'proxyVariable'>): Finding {
  if (finding.level === 'ok') return finding
  if (finding.remedy === 'check_proxy') {
    const advice = `Check ${proxyVariable}: the address of the proxy, its user and its password.`
    return { ...finding, advice }
  }
  return { ...finding, advice: ADVICE[finding.remedy] ?? finding.advice }
}
