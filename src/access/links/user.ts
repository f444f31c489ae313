import { enableUser } from '../command-line.ts'
import { failed, type LinkOfDecision, passed, type PersonSubject } from './link.ts'

/** The person for whom the app acts: there still, and not disabled. */
export const user: LinkOfDecision<PersonSubject> = {
  name: 'user',
  async judge({ facts, claims: { oid, tid, upn } }) {
    const found = await facts.user()
    if (!found) return failed(`The user ${upn} (${oid}) does not exist any more in the tenant ${tid}.`)
    return found.accountEnabled
      ? passed(`The user ${found.userPrincipalName} (${oid}) is enabled.`)
      : failed(`The user ${found.userPrincipalName} (${oid}) is disabled.`, enableUser(oid))
  },
}
