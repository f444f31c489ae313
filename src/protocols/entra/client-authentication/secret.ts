import type { Guid } from '../../../core/ids.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors.ts'

/** Answers which of the app's secrets it is. Refuses one that is none of them, or no longer. */
export async function checkSecret({ directory }: EntraDeps, app: App, secret: string): Promise<Guid> {
  const check = (await directory.apps.secretCheck(app))(secret)
  if (check.ok) return check.keyId
  if (check.because === 'expired') return deny(7000222, app.appId)
  return deny(7000215, app.appId)
}
