import { reply } from '../../codecs/smtp/reply.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'
import type { Profile } from '../../core/profile.ts'

/** Code, status (RFC 3463) and words. `{host}` is our own name, as Exchange Online puts it behind what it refuses. */
export type SmtpReply = readonly [code: number, status: string, text: string]

interface Refused {
  readonly reason: Reason
  readonly standards: SmtpReply
  readonly 'exchange-online': SmtpReply
}

/** The same in both profiles. */
const both = (reason: Reason, ...answer: SmtpReply): Refused => ({
  reason,
  standards: answer,
  'exchange-online': answer,
})

/** What Exchange Online's store says when it takes no message. */
const permanent =
  'Failed to process message due to a permanent exception with message [BeginDiagnosticData]Cannot submit message.[EndDiagnosticData] [Hostname={host}]'

const quotaExceeded = (exception: string): string =>
  `mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.${exception}; ${permanent}`

/** Every refusal that a command may meet, but for a sign-in's. */
const refusals = {
  'no-such-command': {
    reason: 'unsupported',
    standards: [500, '5.5.1', 'There is no such command'],
    'exchange-online': [500, '5.3.3', 'Unrecognized command [{host}]'],
  },
  'line-too-long': both('too-big', 500, '5.5.2', 'The line is too long'),
  arguments: {
    reason: 'bad-syntax',
    standards: [501, '5.5.4', 'The arguments are not understood'],
    'exchange-online': [501, '5.5.4', 'Invalid arguments'],
  },
  'sender-address': both('bad-syntax', 501, '5.1.7', 'Invalid address'),
  'recipient-address': both('bad-syntax', 501, '5.1.3', 'Invalid address'),
  // RFC 6531 §3.5
  'needs-smtputf8': both('bad-syntax', 553, '5.6.7', 'An address in that script needs SMTPUTF8'),
  parameter: both('unsupported', 555, '5.5.4', 'Unsupported parameter'),
  'hello-first': {
    reason: 'wrong-state',
    standards: [503, '5.5.1', 'EHLO comes first'],
    'exchange-online': [503, '5.5.2', 'Send hello first [{host}]'],
  },
  'sign-in-first': {
    reason: 'wrong-state',
    standards: [530, '5.7.0', 'Authentication is required'],
    'exchange-online': [530, '5.7.57', 'Client not authenticated to send mail. [{host}]'],
  },
  // RFC 3207 §4
  'tls-first': {
    reason: 'wrong-state',
    standards: [530, '5.7.0', 'Must issue a STARTTLS command first'],
    'exchange-online': [530, '5.7.57', 'Client not authenticated to send mail. [{host}]'],
  },
  // RFC 4954 §6
  'tls-before-auth': {
    reason: 'wrong-state',
    standards: [538, '5.7.11', 'Encryption is required before authentication'],
    'exchange-online': [504, '5.7.4', 'Unrecognized authentication type [{host}]'],
  },
  // RFC 4954 §6
  'too-many-connections': both('busy', 454, '4.7.0', 'The program has too many connections'),
  'signed-in': both('wrong-state', 503, '5.5.1', 'Already authenticated'),
  'tls-active': both('wrong-state', 503, '5.5.1', 'TLS is already active'),
  'no-tls': both('unsupported', 502, '5.5.1', 'There is no TLS here'),
  'tls-failed': both('unsupported', 454, '4.7.0', 'TLS is not available at the moment'),
  mechanism: {
    reason: 'unsupported',
    standards: [504, '5.5.4', 'There is no such mechanism'],
    'exchange-online': [504, '5.7.4', 'Unrecognized authentication type [{host}]'],
  },
  cancelled: {
    reason: 'bad-syntax',
    standards: [501, '5.7.0', 'Authentication was cancelled'],
    'exchange-online': [535, '5.7.3', 'Authentication unsuccessful [{host}]'],
  },
  // RFC 4954 §4
  'auth-response': {
    reason: 'bad-syntax',
    standards: [501, '5.5.2', 'That is not a response of the mechanism'],
    'exchange-online': [535, '5.7.3', 'Authentication unsuccessful [{host}]'],
  },
  'sender-given': {
    reason: 'wrong-state',
    standards: [503, '5.5.1', 'A message is under way'],
    'exchange-online': [503, '5.5.2', 'Sender already specified [{host}]'],
  },
  'sender-first': {
    reason: 'wrong-state',
    standards: [503, '5.5.1', 'MAIL comes first'],
    'exchange-online': [503, '5.5.2', 'Need mail command [{host}]'],
  },
  'recipient-first': {
    reason: 'wrong-state',
    standards: [503, '5.5.1', 'RCPT comes first'],
    'exchange-online': [503, '5.5.2', 'Need rcpt command [{host}]'],
  },
  'all-refused': both('wrong-state', 554, '5.5.1', 'No valid recipients'),
  'in-chunks': both('wrong-state', 503, '5.5.1', 'The message comes in chunks'),
  // RFC 3030 §3
  'binary-data': both('wrong-state', 503, '5.5.1', 'A binary message comes by BDAT'),
  'too-many-recipients': both('over-quota', 452, '4.5.3', 'Too many recipients'),
  'no-such-recipient': {
    reason: 'no-such-thing',
    standards: [550, '5.1.1', 'There is no such mailbox'],
    'exchange-online': [550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  },
  relay: {
    reason: 'not-allowed',
    standards: [550, '5.7.1', 'Mail to other servers is not taken'],
    'exchange-online': [550, '5.7.1', 'Unable to relay'],
  },
  'message-too-big': {
    reason: 'over-quota',
    standards: [552, '5.3.4', 'The message is too big'],
    'exchange-online': [552, '5.3.4', 'Message size exceeds fixed maximum message size'],
  },
  'no-room': {
    reason: 'busy',
    standards: [452, '4.3.1', 'Too much is being sent at the moment'],
    'exchange-online': [452, '4.3.1', 'Insufficient system resources'],
  },
  // RFC 5321 §4.2.2
  'disk-full': {
    reason: 'no-room',
    standards: [452, '4.3.1', 'There is no room on the disk at the moment'],
    'exchange-online': [452, '4.3.1', 'Insufficient system resources'],
  },
  'nul-octet': both('not-allowed', 554, '5.6.0', 'A NUL is for binary messages alone'),
  header: both('not-allowed', 554, '5.6.0', 'The header of the message is not understood'),
  'recipient-gone': both('no-such-thing', 554, '5.1.1', 'A recipient has gone meanwhile'),
  'not-your-address': both('not-allowed', 550, '5.7.1', 'That is no address that you may send as'),
  'send-as-denied': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} may not send as {from}'],
    'exchange-online': [
      554,
      '5.2.252',
      `SendAsDenied; {mailbox} not allowed to send as {from}; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; ${permanent}`,
    ],
  },
  'sender-quota': {
    reason: 'over-quota',
    standards: [552, '5.2.2', '{mailbox} holds more than it may to send'],
    'exchange-online': [554, '5.2.2', quotaExceeded('MapiExceptionQuotaExceeded')],
  },
  'sender-full': {
    reason: 'over-quota',
    standards: [552, '5.2.2', '{mailbox} has no room for what it sends'],
    'exchange-online': [554, '5.2.2', quotaExceeded('MapiExceptionShutoffQuotaExceeded')],
  },
  'sender-size': {
    reason: 'over-quota',
    standards: [552, '5.2.3', '{mailbox} sends nothing so big'],
    'exchange-online': [
      554,
      '5.2.3',
      `MapiExceptionMaxSubmissionExceeded; Message size exceeds maximum size limit.; STOREDRV.Submission.Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded; ${permanent}`,
    ],
  },
  'sender-recipients': {
    reason: 'over-quota',
    standards: [550, '5.5.3', '{mailbox} sends nothing to so many'],
    'exchange-online': [550, '5.5.3', 'RESOLVER.ADR.RecipLimit; too many recipients'],
  },
  'recipient-full': both('over-quota', 552, '5.2.2', '{mailbox} is full'),
  'recipient-size': both('over-quota', 552, '5.2.3', '{mailbox} takes nothing so big'),
  'group-inside': {
    reason: 'not-allowed',
    standards: [550, '5.7.2', '{mailbox} takes mail from its own organization alone'],
    'exchange-online': [
      550,
      '5.7.133',
      'RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group',
    ],
  },
  'mailbox-inside': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} takes mail from its own organization alone'],
    'exchange-online': [
      550,
      '5.7.134',
      'RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this mailbox',
    ],
  },
  'group-unlisted': {
    reason: 'not-allowed',
    standards: [550, '5.7.2', '{mailbox} takes mail from those alone who are listed'],
    'exchange-online': [550, '5.7.124', 'Sender not in allowed-senders list'],
  },
  'mailbox-unlisted': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} takes mail from those alone who are listed'],
    'exchange-online': [550, '5.7.1', 'RESOLVER.RST.NotAuthorized; not authorized'],
  },
  'recipient-rejects': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} takes no mail of yours'],
    'exchange-online': [550, '5.7.1', 'RESOLVER.RST.NotAuthorized; not authorized'],
  },
  // One that became full while the message was on its way: the next attempt is told more.
  'mailbox-full': both('over-quota', 452, '4.2.2', 'A mailbox is full'),
  fault: both('busy', 451, '4.3.0', 'Something went wrong here'),
} as const satisfies Record<string, Refused>

export type RefusalName = keyof typeof refusals

/** Refuses by name; the profile finds the words, and `detail` fills the gaps in them. */
export function decline(name: RefusalName, detail: Readonly<Record<string, string>> = {}): never {
  throw refusalNamed(name, detail)
}

export function refusalNamed(name: RefusalName, detail: Readonly<Record<string, string>> = {}): Refusal {
  const { reason, standards } = refusals[name]
  return new Refusal(reason, standards[2], { ...detail, name })
}

const unnamed: Readonly<Partial<Record<Reason, RefusalName>>> = {
  'bad-syntax': 'arguments',
  'too-big': 'line-too-long',
  'no-room': 'disk-full',
}

/** The reply to a refusal. What {@link decline} did not name is a codec's, about arguments, or the wire's, about a line. */
export function replyTo({ reason, detail }: Refusal, profile: Profile, host: string): string {
  const name = (detail.name as RefusalName | undefined) ?? unnamed[reason] ?? 'fault'
  const [code, status, text]: SmtpReply = refusals[name][profile]
  const gaps: Readonly<Record<string, string>> = { ...detail, host }
  const filled = text.replaceAll(/\{(\w+)\}/g, (_, gap: string) => gaps[gap] ?? '')
  return reply(code, status, filled)
}

/**
 * Whether the client, and not the world, is at fault; so many of these end the connection. A client that has signed in
 * and pipelines says many things too early after a refusal, and is not to blame.
 */
export const isClientFault = ({ reason }: Refusal, signedIn: boolean): boolean =>
  reason === 'bad-syntax' || reason === 'unsupported' || reason === 'too-big' || (reason === 'wrong-state' && !signedIn)
