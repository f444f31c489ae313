import type { Guid } from '../../../core/ids.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { AuthenticatingClient } from './authenticate.ts'

/** Answers which of the app's secrets it is. Refuses one that is none of them, or no longer. */
export async function checkSecret(
  { directory }: EntraDeps,
  client: AuthenticatingClient,
  secret: string,
): Promise<Guid> {
  const { app, request } = client
  const check = (await directory.apps.secretCheck(app))(secret)
  if (check.ok) return check.keyId
  if (check.because === 'expired') return deny(7000222, app.appId)
  request.attempt.remark(
    check.keyIdGiven ? 'What was sent is the id of a secret, and not its value.' : remarks[check.because],
  )
  return deny(7000215, app.appId)
}

const remarks = {
  'none-matches': 'None of the secrets that the app has is the one that was sent.',
  'not-yet-valid': 'What was sent is a secret of the app that is not valid yet.',
  'no-credentials': 'The app has no secret.',
}
