import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/line-protocol.ts'
import type { CheckName } from '../../domain/audit/types.ts'

export const NOT_CONNECTED = 'BAD User is authenticated but not connected.'

/** Whether the credential was good, and only the mailbox does not open. */
export const aboutTheMailbox = (failed: CheckName): boolean =>
  failed === 'mailbox' || failed === 'protocolEnabled' || failed === 'mailboxPermission'

/** What IMAP4 says after the tag for a decision. */
export const imapWire =
  (profile: Profile): WireTable =>
  (failed, authentication, sasl = false) => {
    const verb = authentication === 'Basic' && !sasl ? 'LOGIN' : 'AUTHENTICATE'
    if (!failed) return `OK ${verb} completed.`
    if (profile === 'exchange-online') {
      return aboutTheMailbox(failed) && authentication === 'Bearer' ? NOT_CONNECTED : `NO ${verb} failed.`
    }
    // RFC 5530 §3: the credential was good, what it asks for is not granted.
    return aboutTheMailbox(failed)
      ? 'NO [AUTHORIZATIONFAILED] That mailbox does not open for you.'
      : `NO [AUTHENTICATIONFAILED] ${verb} failed.`
  }
