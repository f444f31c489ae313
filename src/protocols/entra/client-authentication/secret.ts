import type { App } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors.ts'

/** Refuses a secret that is none of the app's, or no longer. */
export async function checkSecret({ directory }: EntraDeps, app: App, secret: string): Promise<void> {
  const check = await directory.apps.checkSecret(app.appId, secret)
  if (check.ok) return
  if (check.because === 'expired') deny(7000222, app.appId)
  deny(7000215, app.appId)
}
