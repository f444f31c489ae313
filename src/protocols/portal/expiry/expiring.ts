import type { Guid } from '../../../core/ids.ts'
import type { SignInProtocol } from '../../../domain/audit/types.ts'
import type { PortalDeps } from '../deps.ts'

export type ReportDeps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** A credential that ends soon, or that has ended and is still shown, with what hangs on it. Times in milliseconds. */
export interface Expiring {
  readonly keyId: Guid
  readonly kind: 'secret' | 'certificate'
  readonly displayName: string | undefined
  readonly hint: string
  readonly ends: number
  readonly app: { readonly id: Guid; readonly appId: Guid; readonly displayName: string }
  /** When a token was last given for it. */
  readonly lastUsed: number | undefined
  /** The requests refused to it since, within the period of the report. */
  readonly triesAfterEnd: { readonly count: number; readonly last: number } | undefined
  readonly outlivedBy: Successor | undefined
  readonly mailboxes: readonly HangingMailbox[]
}

/** Another credential of the same app, which lasts longer: for ever, where it is an outside issuer's word. */
export interface Successor {
  readonly kind: 'secret' | 'certificate' | 'federated'
  readonly keyId: Guid
  /** A secret's first characters, a certificate's thumbprint, a federated credential's name. */
  readonly hint: string
  readonly ends: number | undefined
  readonly lastUsed: number | undefined
}

/** A mailbox that the app may open, or that it opened for the person who owns it. */
export interface HangingMailbox {
  readonly address: string
  /** Whether the app itself has FullAccess. */
  readonly permitted: boolean
  /** The latest first. */
  readonly uses: readonly { readonly protocol: SignInProtocol; readonly last: number }[]
}
