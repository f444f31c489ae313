import type { AppId, AppObjectId, Guid, TenantId } from '../../core/ids.ts'

/** The links of the decision, in order: a closed list. */
export const linkNames = [
  'token',
  'audience',
  'role',
  'servicePrincipal',
  'exchangeServicePrincipal',
  'mailbox',
  'protocolEnabled',
  'mailboxPermission',
] as const
export type LinkName = (typeof linkNames)[number]

export interface Link {
  readonly name: LinkName
  readonly ok: boolean
  /** What was found and what was expected, in words; never a secret, never a token. */
  readonly evidence: string
}

export type SignInProtocol = 'imap' | 'pop3' | 'smtp' | 'graph' | 'exchange' | 'portal'

export type SignInId = Guid

/** One decision, as it was made. The links after the failing one were not looked at and are not here. */
export interface SignIn {
  readonly signInId: SignInId
  readonly tenant: TenantId | undefined
  /** Milliseconds since the epoch: the latest, where equal refusals share a record. */
  readonly at: number
  /** How many equal refusals within a minute this record stands for. */
  readonly count: number
  readonly protocol: SignInProtocol
  /** The address as given. */
  readonly mailbox: string | undefined
  readonly app: { readonly appId: AppId; readonly id: AppObjectId | undefined } | undefined
  readonly from: string
  /** `Bearer`, or `Basic` for a password. */
  readonly authentication: 'Bearer' | 'Basic'
  readonly outcome: 'granted' | 'refused'
  readonly links: readonly Link[]
  readonly failed: LinkName | undefined
  /** Commands that mend the failing link, in the order in which to type them. */
  readonly mend: readonly string[]
  /** What the caller was, or would be, told. */
  readonly wire: string
}

export interface SignIns {
  /**
   * Does not wait for the disk. Answers the id of the record that stands for this sign-in: another's, when an equal
   * refusal within the last minute shares its record.
   */
  record(signIn: SignIn): SignInId
  find(tenant: TenantId, id: string): Promise<SignIn | undefined>
  lastRefused(tenant: TenantId): Promise<SignIn | undefined>
  recent(tenant: TenantId, limit: number): Promise<readonly SignIn[]>
  /** Resolves when all that was recorded so far is durable. */
  settled(): Promise<void>
}
