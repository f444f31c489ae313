import type { Addressed, Sender } from '../../domain/transport/types.ts'
import type { Incoming } from './incoming.ts'

/** Who a client says that it is. */
export interface SmtpClient {
  readonly name: string
  /** Whether it said EHLO. */
  readonly extended: boolean
}

/** RFC 5321 §3.3: what MAIL began, and the recipients so far. */
export interface Mail {
  /** Empty for the null path. */
  readonly from: string
  /** RFC 1870: the size that MAIL announced; 0 when it announced none. */
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
  /** RFC 3030 §2: some chunks of the message are here. */
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

/** Everywhere but after the end. */
export const anywhere = ['connected', 'greeted', 'signed-in', 'transaction', 'chunking'] as const
