import type { Guid, TenantId } from '../../core/ids.ts'

/** docs/reference/exchange-admin.md §8. `None`: it was handed on to another recipient, and left nothing here. */
export type DeliveryStatus = 'Delivered' | 'Expanded' | 'Failed' | 'None'

/** The way of one message to one recipient, as far as it was this server's. */
export interface MessageTrace {
  /** The same for all recipients of the message. */
  readonly traceId: Guid
  /** Milliseconds since the epoch: when it was received. */
  readonly at: number
  /** In lower case, like the recipient's; `<>` for the null path. */
  readonly sender: string
  readonly recipient: string
  readonly status: DeliveryStatus
  /** The reply to the sender if the delivery failed: reply code, enhanced status code and text. */
  readonly why: string
  /** With its angle brackets; empty where the message never came. */
  readonly messageId: string
  readonly subject: string
  readonly octets: number
  /** The address of the client that it came from, our own name, and the protocol (RFC 3848). */
  readonly from: string
  readonly by: string
  readonly protocol: string
}

/** Which traces are asked for: those of which all that is said is true. */
export interface MessageTraceRequest {
  /** Milliseconds since the epoch: from the one up to and with the other. */
  readonly from: number
  readonly until: number
  /** Of those received at `until`, only those to recipients after this one. */
  readonly after?: string
  /** Any of these; `*` stands for anything. */
  readonly senders?: readonly string[]
  readonly recipients?: readonly string[]
  readonly messageIds?: readonly string[]
  readonly statuses?: readonly DeliveryStatus[]
  readonly traceId?: Guid
  readonly fromIp?: string
  readonly subject?: (subject: string) => boolean
  readonly limit: number
}

export interface TracePage {
  readonly traces: readonly MessageTrace[]
  readonly more: boolean
}

/** Message traces, for as long as they are kept. */
export interface MessageTraces {
  /** Does not wait for the disk. */
  record(tenant: TenantId, traces: readonly MessageTrace[]): void
  /** Latest first, and of one moment in the order of the recipients; all that was recorded so far is there. */
  page(tenant: TenantId, asked: MessageTraceRequest): Promise<TracePage>
  /** Resolves when all that was recorded so far is durable, or lost. */
  settled(): Promise<void>
}
