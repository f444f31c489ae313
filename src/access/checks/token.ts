import type { Verdict } from '../../domain/tokens/types.ts'
import { fetchToken } from '../records/command-line.ts'
import { failed, type Finding, passed } from './check.ts'

/** The token itself: ours, whole, and good now. */
export function judgeToken(shown: Verdict): Finding {
  if (shown.ok) {
    const { tid, appid, exp } = shown.claims
    const person = shown.claims.idtyp === 'user' ? `, for the user ${shown.claims.upn}` : ''
    return passed(
      `The token is ours: tenant ${tid}, app ${appid}${person}, good until ${new Date(exp * 1000).toISOString()}.`,
    )
  }
  const { claims, evidence } = shown
  if (claims?.idtyp !== 'user') return failed(evidence, fetchToken(claims?.tid, claims?.appid))
  return failed(`${evidence} The app fetches another with its refresh token, or asks ${claims.upn} to sign in again.`)
}
