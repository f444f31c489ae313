import { enableUser } from '../records/command-line.ts'
import { endedEarly } from '../revocation/ended-early.ts'
import { failed, type CheckOfDecision, passed, type PersonSubject } from './check.ts'

/** The person for whom the app acts: there still, not disabled, and signed in no longer ago than their token may be. */
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
