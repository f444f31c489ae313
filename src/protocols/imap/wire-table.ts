import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import { isAboutMailbox } from '../line/sign-in.ts'

export const NOT_CONNECTED = 'BAD User is authenticated but not connected.'

/** What IMAP4 says after the tag for a decision. */
export const imapWire =
  (profile: Profile): WireTable =>
  (failed, authentication, sasl = false) => {
    const verb = authentication === 'Basic' && !sasl ? 'LOGIN' : 'AUTHENTICATE'
    if (!failed) return `OK ${verb} completed.`
    if (profile === 'exchange-online') {
      return isAboutMailbox(failed) && authentication === 'Bearer' ? NOT_CONNECTED : `NO ${verb} failed.`
    }
    // RFC 5530 §3: the credential was good, what it asks for is not granted.
    return isAboutMailbox(failed)
      ? 'NO [AUTHORIZATIONFAILED] That mailbox does not open for you.'
      : `NO [AUTHENTICATIONFAILED] ${verb} failed.`
  }
