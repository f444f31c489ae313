import { flag, type SettingsOf, settings } from '../core/settings.ts'

export const accessSettings = settings({
  immediate_consent_revocation: flag(
    'Whether a revoked application permission stops counting at once (within a second on other nodes), and not only in the next token',
  ).or({ standards: true, 'exchange-online': false }),
})

export type AccessSettings = SettingsOf<typeof accessSettings>
