import type { AppId, AppObjectId, Guid, TenantId, UserId } from '../../core/ids.ts'
import type { LastActivity } from './last-activity.ts'

/** Counts the operations of apps in mailboxes by kind. It keeps nothing of a single command. */
export interface Operations {
  /** Returns a function that counts the operations of one connection. It does not wait for the disk. */
  of(doer: OperationActor): (operation: Operation) => void
  /** Of one app: by mailbox, and within it the most frequent first; ten thousand at most. */
  done(tenant: TenantId, appId: AppId): Promise<readonly OperationCount[]>
  /** Resolves when all that was counted so far is durable, or lost. */
  settled(): Promise<void>
}

/**
 * The checks of the access decision, in order: a closed list. The checks of the token service come before `token`, or
 * after `user`. `roleAssignment`, `managementScope` and `applicationAccessPolicy` are made only if a role or a policy
 * of Exchange decides; `sendAs` only if a signed-in caller sends from another address.
 */
export const checkNames = [
  'tenant',
  'client',
  'clientCredential',
  'grant',
  'token',
  'basicAuthentication',
  'audience',
  'role',
  'roleAssignment',
  'servicePrincipal',
  'exchangeServicePrincipal',
  'user',
  'resource',
  'consent',
  'mailbox',
  'managementScope',
  'applicationAccessPolicy',
  'protocolEnabled',
  'mailboxPermission',
  'sendAs',
] as const
export type CheckName = (typeof checkNames)[number]

export interface Check {
  readonly name: CheckName
  readonly ok: boolean
  /** The finding and the expectation, as text; never a secret or a token. */
  readonly evidence: string
}

/** `entra` is the token service itself. */
export type SignInProtocol = 'imap' | 'pop3' | 'smtp' | 'graph' | 'exchange' | 'portal' | 'entra'

/** Who signed in: an app as itself, a person at a page, or an app for a person who was not asked again. */
export type SignInKind = 'servicePrincipal' | 'interactiveUser' | 'nonInteractiveUser'

export type SignInId = Guid

/** The credential of a client at the token service, without its value. */
export interface UsedCredential {
  readonly kind: 'secret' | 'certificate' | 'federated'
  /** Undefined where none of the app's own was found to be the one. */
  readonly keyId: Guid | undefined
}

/** One decision, as it was made. The checks after the failing one were not looked at and are not here. */
export interface SignIn {
  readonly signInId: SignInId
  readonly tenant: TenantId | undefined
  /** Milliseconds since the epoch: the latest, where equal ones share a record. */
  readonly at: number
  /** How many equal ones within a minute this record stands for. */
  readonly count: number
  readonly kind: SignInKind
  readonly protocol: SignInProtocol
  /** The address as given. */
  readonly mailbox: string | undefined
  readonly app: { readonly appId: AppId; readonly id: AppObjectId | undefined } | undefined
  readonly appDisplayName: string | undefined
  /** `id` where there is such a user, and the name as given where there is not. */
  readonly user: SignInUser | undefined
  /** The resource of the token, by its appId. */
  readonly resource: { readonly id: Guid; readonly displayName: string } | undefined
  readonly from: string
  /**
   * `Bearer`; `Basic` for a password where a protocol takes tokens; `OAuth` at the token service, which hands them out.
   */
  readonly authentication: 'Bearer' | 'Basic' | 'OAuth'
  /** At the token service. */
  readonly credential: UsedCredential | undefined
  readonly outcome: 'granted' | 'refused'
  /** The AADSTS number of a refusal, at the token service or the nearest that it has; 0 where it was granted. */
  readonly errorCode: number
  readonly failureReason: string | undefined
  readonly checks: readonly Check[]
  readonly failed: CheckName | undefined
  /** Commands that fix the failing check, in the order in which to type them. */
  readonly fix: readonly string[]
  /** The answer that the caller got, or would get. */
  readonly wire: string
  /** By which the client finds its request in its own log. */
  readonly correlation: Guid | undefined
}

export interface SignInUser {
  readonly id: UserId | undefined
  readonly userPrincipalName: string
  readonly displayName: string | undefined
}

/** Which records are asked for: those of which all that is said is true. */
export interface SignInFilter {
  /** Milliseconds since the epoch: from this moment on. */
  readonly from?: number
  /** Before this moment. */
  readonly until?: number
  readonly signInId?: string
  readonly appId?: string
  readonly userId?: string
  /** In any letter case. */
  readonly userPrincipalName?: string
  readonly resourceId?: string
  readonly kinds?: readonly SignInKind[]
  readonly protocols?: readonly SignInProtocol[]
  readonly outcome?: SignIn['outcome']
  readonly errorCode?: number
  readonly correlation?: string
}

export interface SignInPage extends SignInFilter {
  readonly limit: number
  /** The last record of the page before. */
  readonly before?: Pick<SignIn, 'at' | 'signInId'>
}

/** The last time that an app opened a mailbox over a protocol. It outlives the record of that sign-in. */
export interface MailboxUse {
  readonly protocol: SignInProtocol
  /** The address as the app gave it, in lower case. */
  readonly mailbox: string
  readonly at: number
}

/**
 * Refusals of an app whose credential has ended, if it is a secret; a certificate may be refused for other reasons too.
 */
export interface TryAfterEnd {
  readonly appId: AppId
  /** Undefined where it is not known which of the app's it was. */
  readonly keyId: Guid | undefined
  readonly last: number
  readonly tries: number
}

/** How somebody proved who they are: with a password, or with a token of an app as itself or for a person. */
export type UseAuthentication = 'Basic' | 'OAuthApp' | 'OAuthPerson'

/** Sign-ins that are alike, counted over some days. It outlives their records. */
export interface Use {
  readonly protocol: SignInProtocol
  readonly authentication: UseAuthentication
  /** The address as given, in lower case; empty where it was too much to tell apart, like what follows. */
  readonly mailbox: string
  /** The appId, or with a password the user's name in lower case. */
  readonly who: string
  /** The name that the client gives itself; empty if it gives none. */
  readonly client: string
  readonly from: string
  readonly granted: number
  readonly refused: number
  /** On how many days. */
  readonly days: number
  /** Granted or refused. */
  readonly last: number
  readonly lastGranted: number | undefined
}

/** The last granted sign-in to a mailbox over a protocol, by any caller. */
export interface OpenedMailboxUse {
  readonly protocol: SignInProtocol
  /** As in {@link Use}. */
  readonly mailbox: string
  readonly last: number
}

export interface UsesRequest {
  readonly tenant: TenantId
  /** How many days back, today among them. */
  readonly days: number
  readonly authentication?: UseAuthentication
}

/** The sign-ins that a reader sees: those of a tenant, and for the operator also those that belong to no tenant. */
export interface SignInScope {
  readonly tenant: TenantId
  readonly withoutTenant: boolean
}

export interface SignIns {
  /**
   * Does not wait for the disk. Answers the id of the record that stands for this sign-in: another's, when an equal one
   * within the last minute shares its record. Those are refusals, and tokens granted to the same client for the same.
   */
  record(signIn: SignIn): SignInId
  /** Counts a sign-in to a mailbox, of a client that goes by this name. */
  countUse(signIn: SignIn, client: string): void
  /** The client of a sign-in that was counted without a name has said it since. */
  nameClient(signIn: SignIn, client: string): void
  /** The operations of apps after their sign-in. */
  readonly operations: Operations
  /** Latest first, ten thousand at most. */
  uses(asked: UsesRequest): Promise<readonly Use[]>
  /** The same without telling uses apart, and so however many there are. */
  opened(asked: UsesRequest): Promise<readonly OpenedMailboxUse[]>
  find(scope: TenantId | SignInScope, id: string): Promise<SignIn | undefined>
  /** The latest with the correlation id that the client got. */
  correlated(scope: TenantId | SignInScope, correlation: string): Promise<SignIn | undefined>
  lastRefused(scope: TenantId | SignInScope): Promise<SignIn | undefined>
  /** Newest first. A record that an equal sign-in joins meanwhile moves to the front. */
  page(scope: TenantId | SignInScope, asked: SignInPage): Promise<readonly SignIn[]>
  recent(scope: TenantId | SignInScope, limit: number): Promise<readonly SignIn[]>
  /** Latest first. */
  mailboxUses(tenant: TenantId, appId: AppId): Promise<readonly MailboxUse[]>
  lastActivity(tenant: TenantId, addresses: readonly string[]): Promise<LastActivity>
  /** When a token was last given for this credential. */
  lastUse(keyId: Guid): Promise<number | undefined>
  /** As far as the records go back. */
  triesAfterEnd(tenant: TenantId, since: number): Promise<readonly TryAfterEnd[]>
  /** Resolves when all that was recorded so far is durable. */
  settled(): Promise<void>
}

/** The kinds of what is done in a mailbox over IMAP4: a closed list. */
export type ImapOperation =
  | 'list folders'
  | 'folder status'
  | 'select folder'
  | 'create folder'
  | 'rename folder'
  | 'delete folder'
  | 'subscribe'
  | 'search unseen'
  | 'search fields'
  | 'search headers'
  | 'search text'
  | 'sort or thread'
  | 'fetch flags'
  | 'fetch headers'
  | 'fetch structure'
  | 'fetch one part'
  | 'fetch whole message'
  | 'mark seen'
  | 'flag'
  | 'mark answered'
  | 'set keywords'
  | 'mark deleted'
  | 'expunge'
  | 'copy'
  | 'move'
  | 'append'
  | 'idle'
  | 'resynchronise'
  | 'quota'
  | 'annotations'
  | 'access control'

/** Over POP3: its messages are known by their numbers, and gone after QUIT. */
export type Pop3Operation = 'list messages' | 'read the top' | 'retrieve' | 'delete'

export type Operation = ImapOperation | Pop3Operation | 'submit'

/** Who does something, and in which mailbox. */
export interface OperationActor {
  readonly tenant: TenantId
  readonly appId: AppId
  /** Whether the app acts as itself, or for a person. */
  readonly as: 'app' | 'person'
  readonly protocol: SignInProtocol
  /** The address as the app gave it, in lower case. */
  readonly mailbox: string
}

/** The count of one kind of operation of an app in a mailbox. */
export interface OperationCount extends Omit<OperationActor, 'tenant' | 'appId'> {
  readonly operation: Operation
  readonly count: number
  readonly first: number
  readonly last: number
}
