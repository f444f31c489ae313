import type { AppId, ServicePrincipalId, TenantId, UserId } from '../core/ids.ts'
import type { CheckName, Operation, SignIn, SignInId, SignInProtocol } from '../domain/audit/types.ts'
import type { MailboxRecord } from '../domain/directory/types.ts'
import type { Mailbox } from '../domain/mail/types.ts'

interface CommonCaller {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly appDisplayName: string
  /** Templates of the directory roles held, by the app or by the person. */
  readonly directoryRoles: ReadonlySet<string>
}

/** An app that acts as itself. */
export interface AppCaller extends CommonCaller {
  readonly kind: 'app'
  readonly servicePrincipal: ServicePrincipalId
  /** Application permissions that count, as the profile counts them. */
  readonly roles: ReadonlySet<string>
}

/** An app that acts for a person: it may do what both may. */
export interface UserCaller extends CommonCaller {
  readonly kind: 'user'
  readonly user: { readonly id: UserId; readonly userPrincipalName: string; readonly displayName: string }
  /** Delegated permissions that count, as the profile counts them. */
  readonly scopes: ReadonlySet<string>
}

/** A caller who signed in. */
export type Caller = AppCaller | UserCaller

/** A password, undefined where only a digest of it came. */
export interface PasswordCredential {
  readonly password: string | undefined
  /** Who signs in, where the client names them apart from the mailbox. */
  readonly user?: string
  /**
   * Where it came by a SASL mechanism and not by the protocol's own command, since a protocol may say no to the two in
   * different words.
   */
  readonly sasl?: true
}

export type Credential = { readonly bearer: string } | PasswordCredential

export type MailProtocol = Extract<SignInProtocol, 'imap' | 'pop3' | 'smtp'>

/** Permissions of Graph on a mailbox. */
export type GraphPermission =
  | 'Mail.ReadBasic'
  | 'Mail.Read'
  | 'Mail.ReadWrite'
  | 'Mail.Send'
  | 'MailboxSettings.Read'
  | 'MailboxSettings.ReadWrite'

/** At `authenticate` the sign-in itself fails; at `mailbox` it succeeds, and what follows does not. */
export type RefusalTiming = 'authenticate' | 'mailbox'

export interface DeniedAddress {
  readonly address: string
  /** The reply to the client. */
  readonly wire: string
}

export type Entry =
  | {
      readonly granted: true
      readonly caller: Caller
      readonly mailbox: Mailbox
      readonly signIn: SignInId
      /** The client says its name only now that it is in. */
      named(client: string): void
      /** Tells access what the client did, to be counted. */
      did(operation: Operation): void
      /** Records that mail from an address was refused, because the caller may not send from it. */
      deniedSender(denied: DeniedAddress): Promise<void>
      /**
       * Tells access that the mailbox is released. The holder of an entry calls it when the connection
       * ends, for any reason; a second call does nothing. Until then access watches the facts that the entry rests on.
       */
      leave(): void
    }
  | {
      readonly granted: false
      readonly failed: CheckName
      readonly switchedOff?: SwitchedOff | undefined
      readonly spokenAt: RefusalTiming
      readonly signIn: SignInId
    }

/**
 * Where a protocol was switched off: for the tenant, for the mailbox alone, or for passwords by the retirement plan.
 */
export type SwitchedOff = 'tenant' | 'mailbox' | 'plan'

/**
 * The reply of a protocol to a decision; `failed` is undefined if access was granted. `sasl` as in {@link Credential}.
 */
export type WireTable = (
  failed: CheckName | undefined,
  authentication: 'Bearer' | 'Basic',
  sasl?: boolean,
  switchedOff?: SwitchedOff,
) => string

/** The SMTP reply to a caller who may not send from an address. */
export type DeniedSenderWire = (denied: { readonly mailbox: string; readonly from: string }) => string

/** A request to open a mailbox over Graph. */
export interface GraphMailboxRequest {
  readonly bearer: string
  /** The permission that the operation needs. */
  readonly permission: GraphPermission
  /** The id or userPrincipalName of the user whose mailbox it is, or an address; undefined for the caller's own. */
  readonly user: string | undefined
  readonly from: string
}

/** A mailbox that was opened over Graph for one request. */
export interface GraphMailbox {
  readonly caller: Caller
  readonly mailbox: Mailbox
  readonly record: MailboxRecord
  /** True if the caller may see only what `Mail.ReadBasic` covers: no bodies, previews, attachments or extensions. */
  readonly basic: boolean
  /** Tells access that the request is over. A second call does nothing. */
  readonly leave: () => void
}

/** A mailbox that was lent, until it is given back. */
export interface MailboxLease {
  readonly mailbox: Mailbox
  giveBack(): void
}

/** A SASL response or an `Authorization` header that contains no readable token. */
export interface UnreadResponse {
  readonly protocol: SignInProtocol
  /** The mailbox, if it is readable. */
  readonly address: string | undefined
  /** The tenant that the path names, if it names one. */
  readonly tenant?: TenantId | undefined
  readonly from: string
  /** Says what is wrong. It repeats nothing that the client sent. */
  readonly fault: string
  readonly wire: string
}

/** A cmdlet that somebody called who may not use it. */
export interface UnpermittedCmdlet {
  readonly caller: Caller
  readonly cmdlet: string
  readonly from: string
  readonly wire: string
}

/** The only place that says yes. */
export interface Access {
  /**
   * One decision, one record, whatever the outcome. `address` names the mailbox, as the SASL payload does; with a
   * password it may name both, as `user@domain/shared`. Refuses `busy` when too many passwords are to be checked at
   * once.
   */
  enter(request: {
    readonly credential: Credential
    readonly protocol: MailProtocol
    readonly address: string | undefined
    readonly from: string
    /** The name that the client gives itself, if it gave one. */
    readonly client?: string | undefined
  }): Promise<Entry>

  /** Records a credential that could not be parsed: the reason, and the reply to the client. */
  unread(response: UnreadResponse): Promise<void>

  /**
   * Opens a mailbox of the caller's tenant with what another app may do there now, since that app authorised it with a
   * URL (RFC 4467). `proven` looks into the mailbox whether it did. Undefined where it did not, or may not; only a loan
   * that was given is put on record, as a sign-in of that app.
   */
  openForUrl(request: {
    readonly caller: Caller
    readonly by: ServicePrincipalId
    readonly protocol: MailProtocol
    readonly address: string
    readonly from: string
    readonly proven: (mailbox: Mailbox) => Promise<boolean>
  }): Promise<MailboxLease | undefined>

  /**
   * Who calls an HTTP API. Refuses `not-signed-in` with `detail.fault` (`missing`, `token`, `audience`,
   * `servicePrincipal`, `user`) when the token does not open that API at all, and when the tenant in the path is
   * another's. `detail.token` is the token's own fault, a `TokenFault`, where it has one.
   */
  authorize(request: {
    readonly bearer: string | undefined
    /** The `Authorization` header. If it has no readable token, the record says what is wrong with it. */
    readonly authorization?: string | undefined
    readonly api: 'graph' | 'exchange'
    /** GUID or domain from the path, where the path names one. */
    readonly tenant?: string
    readonly from: string
  }): Promise<Caller>

  /**
   * Opens a mailbox over Graph. A refusal is on record; a yes is once for each token, mailbox and permission. Refuses
   * `not-signed-in` as {@link authorize} does; `not-allowed` and `no-such-thing` with `detail.graph`, the error code.
   */
  openOverGraph(request: GraphMailboxRequest): Promise<GraphMailbox>

  /** Puts on record that a cmdlet was refused for want of a role, and which one is missing. */
  unpermitted(refused: UnpermittedCmdlet): Promise<void>

  /** A mailbox for an administrator's own work (import, export): refuses `no-such-thing`, `not-allowed`. */
  administer(caller: Caller, mailbox: string): Promise<Mailbox>

  /**
   * Returns the decision for an app, named by any of its three ids, with a fresh token: by {@link enter} as itself, or
   * for `user`, by id or userPrincipalName; over Graph for the app itself, to do what `permission` allows (`Mail.Read`
   * when absent). Records nothing.
   */
  simulate(
    tenant: TenantId,
    passwordRequest: {
      readonly mailbox: string
      readonly app: string
      readonly protocol: MailProtocol | 'graph'
      readonly user?: string | undefined
      readonly permission?: GraphPermission | undefined
      /** Over SMTP: the address that mail is to be from. */
      readonly from?: string | undefined
    },
  ): Promise<SignIn>

  /**
   * Returns the decision of {@link enter} for a correct password: of `user`, by id or userPrincipalName, or of the
   * owner of the mailbox. Records nothing.
   */
  simulatePassword(
    tenant: TenantId,
    passwordRequest: { readonly mailbox: string; readonly protocol: MailProtocol; readonly user?: string | undefined },
  ): Promise<PasswordSimulated>
}

export interface PasswordSimulated {
  readonly signIn: SignIn
  /** From when on it is decided otherwise by the retirement plan, the first first. */
  readonly changes: readonly {
    readonly at: number
    readonly outcome: SignIn['outcome']
    readonly evidence: string
  }[]
}
