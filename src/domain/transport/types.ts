import type { AppId, Brand, Guid, MailboxId, TenantId, UserId } from '../../core/ids.ts'
import type { Mailbox } from '../mail/types.ts'

/** A mailbox of this server that was found under an address. */
export type RecipientId = Brand<MailboxId, 'RecipientId'>

/** A mailbox, or a group, which becomes mailboxes when the message is there. */
export type Recipient = {
  /** As it was given. */
  readonly address: string
  readonly tenant: TenantId
} & ({ readonly kind: 'mailbox'; readonly id: RecipientId } | { readonly kind: 'group'; readonly guid: Guid })

/** Who wants to send through a mailbox that was opened to them: an app as itself, or a person. */
export type MessageAuthor =
  | { readonly kind: 'app'; readonly appId: AppId }
  | { readonly kind: 'user'; readonly id: UserId }

export interface Sender {
  readonly mailbox: Mailbox
  readonly author: MessageAuthor
}

/** RFC 3461 §4: what the sender wants for a recipient. */
export type Addressed = Recipient & {
  /** Whether the sender is told when the recipient has the message. */
  readonly reported: boolean
  /** Whether the sender is told when the recipient can't have it. */
  readonly told: boolean
  /** ORCPT: the address that the message was for at first, as `type;address`, printable. */
  readonly original: string | undefined
}

/** RFC 5321 §4.4: how a message came in. */
export interface Trace {
  /** The name that the client gave itself. */
  readonly client: string
  readonly peer: string
  /** Our own name. */
  readonly by: string
  /** RFC 3848, RFC 6531 §4.3: `ESMTPSA` and its like. */
  readonly protocol: string
}

/** A message that a mailbox's owner wants to have sent. */
export interface Submission {
  /** RFC 5321 §4.5.5: empty for the null path. */
  readonly from: string
  readonly recipients: readonly Addressed[]
  /** RFC 3461 §4.4: ENVID, the sender's own name for this submission, printable. */
  readonly envelopeId: string | undefined
  readonly bytes: Buffer
  readonly trace: Trace
  /** Whether the sender's own mailbox gets a copy. */
  readonly saveSent: boolean
  /** Whether a message that nobody can have is refused, and not reported as one is that some can't have. */
  readonly refusesUndelivered: boolean
}

/** Why a mailbox can't send a message, or a mailbox or a group can't have it. */
export type Restriction =
  | 'sender-quota'
  | 'sender-full'
  | 'sender-size'
  | 'sender-recipients'
  | 'recipient-full'
  | 'recipient-size'
  | 'group-inside'
  | 'mailbox-inside'
  | 'group-unlisted'
  | 'mailbox-unlisted'
  | 'recipient-rejects'

/** The largest message that can be sent, and what restricts it. */
export interface SizeLimit {
  readonly octets: number
  readonly why: Restriction
  /** Its address. */
  readonly mailbox: string
}

/** A declined message; the bytes are empty if they had not arrived. */
export type Declined = Pick<Submission, 'from' | 'bytes' | 'trace'> & { readonly recipients: readonly string[] }

export interface SubmissionResult {
  /** The Message-ID that it had or was given, with angle brackets. */
  readonly messageId: string
}

/** A message of the server itself, in plain text. */
export interface Notice {
  /** In ASCII. */
  readonly subject: string
  readonly lines: readonly string[]
}

/**
 * Takes mail from who was let into a mailbox: the handle is the permission. Mail goes to mailboxes of this server and
 * nowhere else.
 */
export interface Transport {
  /** Refuses `no-such-thing` for an address in a domain of ours, and `not-allowed` for any other, that is nobody's. */
  recipient(sender: Sender, address: string): Promise<Recipient>
  /**
   * Whether mail of this mailbox may say that it is from that address: one of its own, or that of a mailbox as which,
   * or on whose behalf, it or who opened it may send.
   */
  maySendAs(sender: Sender, address: string): Promise<boolean>
  /**
   * The largest message that may be sent and that one of the recipients has room for; undefined when nothing
   * is known that restricts it. It is asked before the message is there. Refuses as {@link submit} does.
   */
  sizeLimit(sender: Sender, recipients: readonly Addressed[]): Promise<SizeLimit | undefined>
  /**
   * Resolves when every recipient has the message, durably, or the sender a report of those that can't have it; when it
   * rejects, none has. Refuses `not-allowed` when envelope or header are from somebody else (`detail.mailbox` and
   * `detail.from` tell who as whom), `bad-syntax` for a malformed header, `no-such-thing` when a recipient has gone
   * meanwhile, `too-big` and `over-quota` with a {@link Restriction} as `detail.why`, without one where a mailbox has
   * become full meanwhile, and `gone` when the sender's mailbox was taken back.
   */
  submit(sender: Sender, submission: Submission): Promise<SubmissionResult>
  /** Puts on record that a message did not go to those recipients, and in which words the sender was told. */
  declined(sender: Sender, message: Declined, words: string): Promise<void>
  /** Delivers a notice to the mailbox itself, despite forwarding. Refuses `gone` if the mailbox does not exist. */
  notify(mailbox: MailboxId, notice: Notice): Promise<void>
}
