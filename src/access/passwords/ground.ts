import type { AppId } from '../../core/ids.ts'
import type { User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../domain/directory/well-known/exchange-online.ts'
import type { Step } from '../decide.ts'
import { mailboxFact } from '../facts.ts'
import type { GrantBasis } from '../grant-basis.ts'
import { failed, passed } from '../checks/check.ts'
import { afterUser, basicStep, type Question } from './steps.ts'

/** What an entry with a password rests on: all that it was judged by, and that the password is the same still. */
export function passwordGround(
  question: Question & { readonly user: User },
  mailbox: GrantBasis['mailbox'],
): GrantBasis {
  const { tenant, user, protocol, address } = question
  const { passwordChanged, signInsRevoked } = user
  return {
    key: JSON.stringify(['password', user.id, mailbox.id, protocol, address, passwordChanged, signInsRevoked]),
    protocol,
    app: exchangeOnline.appId as AppId,
    mailbox,
    // A policy is the tenant's.
    subjects: [tenant, mailbox.guid, user.id],
    ends: undefined,
    signedBy: undefined,
    async judging(directory) {
      const found = mailboxFact(directory, tenant, address)
      const again = { ...question, mailbox: found }
      const same: Step = {
        name: 'user',
        async judge() {
          const now = await directory.users.find(tenant, user.id)
          const holds =
            now?.accountEnabled && now.passwordChanged === passwordChanged && now.signInsRevoked === signInsRevoked
          return holds
            ? passed('The user and the password are what they were.')
            : failed('The user is disabled or gone, has another password, or had all sign-ins revoked.')
        },
      }
      return { steps: [basicStep(again, directory), same, ...afterUser(again, directory)], mailbox: found }
    },
  }
}
