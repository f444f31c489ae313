import { isoDateTime, SECOND } from '../../core/time.ts'
import { tokenFault } from '../../codecs/sasl/bearer-fault.ts'
import type { Verdict } from '../../domain/tokens/types.ts'
import { enableUser, fetchToken } from '../records/command-line.ts'
import { endedEarly } from '../revocation/planned-end.ts'
import { type CheckOfDecision, failed, type CheckResult, passed, type PersonSubject } from './check.ts'

/** The user for whom the app acts must exist and be enabled, and must have signed in recently enough for the token. */
export const user: CheckOfDecision<PersonSubject> = {
  name: 'user',
  async judge({ facts, claims }) {
    const { oid, tid, upn } = claims
    const found = await facts.user()
    if (!found) return failed(`The user ${upn} (${oid}) does not exist any more in the tenant ${tid}.`)
    if (!found.accountEnabled) {
      return failed(`The user ${found.userPrincipalName} (${oid}) is disabled.`, enableUser(oid))
    }
    return endedEarly(claims, found)
      ? failed(
          `The user ${found.userPrincipalName} (${oid}) has to sign in again: the token is from before the password was changed or sign-ins were revoked.`,
        )
      : passed(`The user ${found.userPrincipalName} (${oid}) is enabled.`)
  },
}

/** Checks the token itself. `bearer` is its text, which shows common mistakes if it is no token. */
export function judgeToken(shown: Verdict, bearer = ''): CheckResult {
  if (shown.ok) {
    const { tid, appid, exp } = shown.claims
    const person = shown.claims.idtyp === 'user' ? `, for the user ${shown.claims.upn}` : ''
    return passed(
      `This server signed the token for tenant ${tid}, app ${appid}${person}; it expires at ${isoDateTime(exp * SECOND)}.`,
    )
  }
  const { claims, fault } = shown
  const mistake = fault === 'malformed' ? tokenFault(bearer) : undefined
  const evidence = mistake === undefined ? shown.evidence : `${shown.evidence} ${mistake}`
  if (claims?.idtyp !== 'user') return failed(evidence, fetchToken(claims?.tid, claims?.appid))
  return failed(`${evidence} The app fetches another with its refresh token, or asks ${claims.upn} to sign in again.`)
}
