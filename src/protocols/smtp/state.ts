import type { Addressed, Sender } from '../../domain/transport/types.ts'
import type { Incoming } from './incoming.ts'

/** The client's introduction in EHLO or HELO. */
export interface SmtpClient {
  readonly name: string
  /** Whether it said EHLO. */
  readonly extended: boolean
}

/** RFC 5321 §3.3: a mail transaction that MAIL started, with the recipients so far. */
export interface Mail {
  /** The sender's address; empty for the null path. */
  readonly from: string
  /** RFC 1870: the size that MAIL announced; 0 if it announced none. */
  readonly size: number
  readonly binary: boolean
  readonly utf8: boolean
  readonly envelopeId: string | undefined
  readonly recipients: Addressed[]
  /** Whether a recipient was refused. */
  refused: boolean
}

export type SmtpState =
  /** Before EHLO, and again after STARTTLS. */
  | { readonly at: 'connected' }
  | { readonly at: 'greeted'; readonly client: SmtpClient }
  | { readonly at: 'signed-in'; readonly client: SmtpClient; readonly sender: Sender }
  | { readonly at: 'transaction'; readonly client: SmtpClient; readonly sender: Sender; readonly mail: Mail }
  /** RFC 3030 §2: some chunks of the message were received. */
  | {
      readonly at: 'chunking'
      readonly client: SmtpClient
      readonly sender: Sender
      readonly mail: Mail
      readonly incoming: Incoming
    }
  | { readonly at: 'gone' }

export type SmtpStateName = SmtpState['at']
export type SmtpStateIn<P extends SmtpStateName> = Extract<SmtpState, { readonly at: P }>

/** Every state of an open session. */
export const anywhere = ['connected', 'greeted', 'signed-in', 'transaction', 'chunking'] as const
