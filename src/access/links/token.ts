import type { Verdict } from '../../domain/tokens/types.ts'
import { fetchToken } from '../command-line.ts'
import { failed, type Finding, passed } from './link.ts'

/** The token itself: ours, whole, and good now. A password never is. */
export function judgeToken(shown: Verdict | 'password'): Finding {
  if (shown === 'password') {
    return failed(
      'A password was given. Basic authentication is off; a program signs in with SASL XOAUTH2 and an access token, which it fetches with its own client id and a secret or a certificate.',
      fetchToken(undefined, undefined),
    )
  }
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
