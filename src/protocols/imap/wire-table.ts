import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import { isAboutMailbox } from '../line/sign-in.ts'

export const NOT_CONNECTED = 'BAD User is authenticated but not connected.'

/** The reply to a sign-in, after the tag. */
export const imapWire =
  (profile: Profile): WireTable =>
  (failed, authentication, sasl = false) => {
    const verb = authentication === 'Basic' && !sasl ? 'LOGIN' : 'AUTHENTICATE'
    if (!failed) return `OK ${verb} completed.`
    if (profile === 'exchange-online') {
      return isAboutMailbox(failed) && authentication === 'Bearer' ? NOT_CONNECTED : `NO ${verb} failed.`
    }
    // RFC 5530 §3: the credential is valid, and access to the mailbox is denied.
    return isAboutMailbox(failed)
      ? 'NO [AUTHORIZATIONFAILED] You have no access to that mailbox.'
      : `NO [AUTHENTICATIONFAILED] ${verb} failed.`
  }
