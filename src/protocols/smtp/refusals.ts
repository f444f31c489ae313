import { reply } from '../../codecs/smtp/reply.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'
import type { Profile } from '../../core/profile.ts'

/**
 * Code, status (RFC 3463) and text. `{host}` is the name of this server, which Exchange Online adds to its refusals.
 */
export type SmtpReply = readonly [code: number, status: string, text: string]

interface Refused {
  readonly reason: Reason
  readonly standards: SmtpReply
  readonly 'exchange-online': SmtpReply
}

/** A refusal that is the same in both profiles. */
const both = (reason: Reason, ...answer: SmtpReply): Refused => ({
  reason,
  standards: answer,
  'exchange-online': answer,
})

/** The text that Exchange Online's store returns when it accepts no message. */
const permanent =
  'Failed to process message due to a permanent exception with message [BeginDiagnosticData]Cannot submit message.[EndDiagnosticData] [Hostname={host}]'

const quotaExceeded = (exception: string): string =>
  `mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.${exception}; ${permanent}`

/** Every refusal of a command. The refusals of a sign-in are in `wire-table.ts`. */
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
  'no-tls': both('unsupported', 502, '5.5.1', 'TLS is not available'),
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
  'in-chunks': both('wrong-state', 503, '5.5.1', 'BDAT has begun this message'),
  // RFC 3030 §3
  'binary-data': both('wrong-state', 503, '5.5.1', 'A binary message needs BDAT'),
  'too-many-recipients': both('over-quota', 452, '4.5.3', 'Too many recipients'),
  'no-such-recipient': {
    reason: 'no-such-thing',
    standards: [550, '5.1.1', 'There is no such mailbox'],
    'exchange-online': [550, '5.1.10', 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  },
  relay: {
    reason: 'not-allowed',
    standards: [550, '5.7.1', 'Mail to other servers is not accepted'],
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
  'nul-octet': both('not-allowed', 554, '5.6.0', 'A NUL octet is allowed only in a binary message'),
  header: both('not-allowed', 554, '5.6.0', 'The header of the message is not understood'),
  'recipient-gone': both('no-such-thing', 554, '5.1.1', 'A recipient was removed in the meantime'),
  'not-your-address': both('not-allowed', 550, '5.7.1', 'You may not send as this address'),
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
    standards: [552, '5.2.2', '{mailbox} is over its quota for sending'],
    'exchange-online': [554, '5.2.2', quotaExceeded('MapiExceptionQuotaExceeded')],
  },
  'sender-full': {
    reason: 'over-quota',
    standards: [552, '5.2.2', '{mailbox} has no space left for sent messages'],
    'exchange-online': [554, '5.2.2', quotaExceeded('MapiExceptionShutoffQuotaExceeded')],
  },
  'sender-size': {
    reason: 'over-quota',
    standards: [552, '5.2.3', '{mailbox} may not send a message of this size'],
    'exchange-online': [
      554,
      '5.2.3',
      `MapiExceptionMaxSubmissionExceeded; Message size exceeds maximum size limit.; STOREDRV.Submission.Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded; ${permanent}`,
    ],
  },
  'sender-recipients': {
    reason: 'over-quota',
    standards: [550, '5.5.3', '{mailbox} may not send to so many recipients'],
    'exchange-online': [550, '5.5.3', 'RESOLVER.ADR.RecipLimit; too many recipients'],
  },
  'recipient-full': both('over-quota', 552, '5.2.2', '{mailbox} is full'),
  'recipient-size': both('over-quota', 552, '5.2.3', '{mailbox} does not accept a message of this size'),
  'group-inside': {
    reason: 'not-allowed',
    standards: [550, '5.7.2', '{mailbox} accepts mail only from its own organization'],
    'exchange-online': [
      550,
      '5.7.133',
      'RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group',
    ],
  },
  'mailbox-inside': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} accepts mail only from its own organization'],
    'exchange-online': [
      550,
      '5.7.134',
      'RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this mailbox',
    ],
  },
  'group-unlisted': {
    reason: 'not-allowed',
    standards: [550, '5.7.2', '{mailbox} accepts mail only from listed senders'],
    'exchange-online': [550, '5.7.124', 'Sender not in allowed-senders list'],
  },
  'mailbox-unlisted': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} accepts mail only from listed senders'],
    'exchange-online': [550, '5.7.1', 'RESOLVER.RST.NotAuthorized; not authorized'],
  },
  'recipient-rejects': {
    reason: 'not-allowed',
    standards: [550, '5.7.1', '{mailbox} does not accept mail from you'],
    'exchange-online': [550, '5.7.1', 'RESOLVER.RST.NotAuthorized; not authorized'],
  },
  // A mailbox became full during the transaction. The next attempt gets a precise refusal.
  'mailbox-full': both('over-quota', 452, '4.2.2', 'A mailbox is full'),
  fault: both('busy', 451, '4.3.0', 'Something went wrong here'),
} as const satisfies Record<string, Refused>

export type RefusalName = keyof typeof refusals

/** Refuses by name. The profile selects the text, and `detail` fills its placeholders. */
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

/** The reply for a refusal. A refusal without a name comes from a codec (arguments) or from the wire (a line). */
export function replyTo({ reason, detail }: Refusal, profile: Profile, host: string): string {
  const name = (detail.name as RefusalName | undefined) ?? unnamed[reason] ?? 'fault'
  const [code, status, text]: SmtpReply = refusals[name][profile]
  const gaps: Readonly<Record<string, string>> = { ...detail, host }
  const filled = text.replaceAll(/\{(\w+)\}/g, (_, gap: string) => gaps[gap] ?? '')
  return reply(code, status, filled)
}

/**
 * Whether the client is at fault. Too many such refusals end the connection. After a refusal, a signed-in client that
 * pipelines sends commands in the wrong state; this does not count.
 */
export const isClientFault = ({ reason }: Refusal, signedIn: boolean): boolean =>
  reason === 'bad-syntax' || reason === 'unsupported' || reason === 'too-big' || (reason === 'wrong-state' && !signedIn)
