// Mistakes in the settings about callbacks, found by the notifier that will use them.
import type { InputIssue } from '@ytscriptify/core'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import type { GivenSettings } from './settings/given-settings.ts'
import { listOf } from './settings/settings.ts'
import { triedSettings, type Trials } from './settings/tried-settings.ts'

const TRIALS: Trials = {
  SECRET_KEY: (value) => webhookNotifier({ secret: listOf(value) }),
  WEBHOOK_ALLOWED_HOSTS: (value) =>
    webhookNotifier({ secret: 'only for this trial of hosts', allowHosts: listOf(value) }),
}

export const callbackMistakes = (given: GivenSettings): readonly InputIssue[] => triedSettings(TRIALS, given)
