import type { AppId, ServicePrincipalId, TenantId, UserId } from '../core/ids.ts'
import type { CheckName, Operation, SignIn, SignInId, SignInProtocol } from '../domain/audit/types.ts'
import type { Admitted } from '../core/http.ts'
import type { MailboxRecord } from '../domain/directory/types.ts'
import type { Mailbox } from '../domain/mail/types.ts'
import type { TokenClaims } from '../domain/tokens/types.ts'

interface CommonCaller {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly appDisplayName: string
  /** Templates of the directory roles of the app or the user. */
  readonly directoryRoles: ReadonlySet<string>
}

/** An app that acts as itself. */
export interface AppCaller extends CommonCaller {
  readonly kind: 'app'
  readonly servicePrincipal: ServicePrincipalId
  /** Application permissions in effect by the rules of the profile. */
  readonly roles: ReadonlySet<string>
}

/** An app that acts for a user: it needs the rights of both. */
export interface UserCaller extends CommonCaller {
  readonly kind: 'user'
  readonly user: { readonly id: UserId; readonly userPrincipalName: string; readonly displayName: string }
  /** Delegated permissions in effect by the rules of the profile. */
  readonly scopes: ReadonlySet<string>
}

/** A caller who signed in. */
export type Caller = AppCaller | UserCaller

/** A password; undefined if the client sent only a digest of it. */
export interface PasswordCredential {
  readonly password: string | undefined
  /** The user, if the client names the user separately from the mailbox. */
  readonly user?: string
  /**
   * Whether it came by a SASL mechanism instead of the protocol's own command: a protocol may refuse the two with
   * different replies.
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

/** At `authenticate` the sign-in fails; at `mailbox` it succeeds, and the next commands are refused. */
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
      /** Called if the client gives its name only after the sign-in. */
      named(client: string): void
      /** Reports the client's operations to access, which counts them. */
      did(operation: Operation): void
      /** Records that mail was refused because of its sender address. */
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

/** The level at which a protocol is off: for the tenant, for the mailbox, or for passwords by the retirement plan. */
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
  /** Of the verified token. */
  readonly claims: TokenClaims
  /** Tells access that the request is over. A second call does nothing. */
  readonly leave: () => void
}

/** The parts of the URL of an upload session that identify it. */
export interface UploadUrl {
  readonly id: string
  readonly secret: string
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

/** A cmdlet call by a caller without permission for the cmdlet. */
export interface UnpermittedCmdlet {
  readonly caller: Caller
  readonly cmdlet: string
  readonly from: string
  readonly wire: string
}

/** The only place that grants access to a mailbox. */
export interface Access {
  /**
   * Makes one decision and writes one record, granted or refused. `address` names the mailbox, as in the SASL payload;
   * with a password it may name user and mailbox, as `user@domain/shared`. Refuses `busy` if too many passwords wait
   * for their check.
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
   * Opens a mailbox of the caller's tenant with the current rights of another app, which authorised it with a URL (RFC
   * 4467). `proven` verifies the URL in the mailbox. Returns undefined if the URL is not valid or the app has no
   * access. Only granted access is recorded, as a sign-in of that app.
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
   * Identifies the caller of an HTTP API. Refuses `not-signed-in` with `detail.fault` (`missing`, `token`, `audience`,
   * `servicePrincipal`, `user`) if the token does not give access to that API, or if the path names another tenant.
   * `detail.token` is the `TokenFault`, if the token has one.
   */
  authorize(request: {
    readonly bearer: string | undefined
    /** The `Authorization` header. If it has no readable token, the record says what is wrong with it. */
    readonly authorization?: string | undefined
    readonly api: 'graph' | 'exchange'
    /** GUID or domain from the path, if the path names a tenant. */
    readonly tenant?: string
    readonly from: string
  }): Promise<Caller>

  /**
   * Opens a mailbox over Graph. A refusal is on record; a yes is once for each token, mailbox and permission. Refuses
   * `not-signed-in` as {@link authorize} does; `not-allowed` and `no-such-thing` with `detail.graph`, the error code.
   */
  openOverGraph(request: GraphMailboxRequest): Promise<GraphMailbox>

  /**
   * Identifies the bearer of the URL of an upload session, which is a secret (docs/reference/graph-mail.md §2.2).
   * Refuses `no-such-thing` with code `uploadSessionNotFound`.
   */
  admitUpload(url: UploadUrl): Promise<Admitted<UploadUrl>>
  /** Opens the mailbox of an upload session with the current rights of the caller who created it. */
  openUpload(url: UploadUrl, from: string): Promise<GraphMailbox>
  /**
   * Opens the mailbox of a subscription with the current rights of its creator, `authority`. Only refusals are recorded.
   * Refuses as {@link openOverGraph} does.
   */
  openForSubscriber(authority: string): Promise<GraphMailbox>

  /** Puts on record that a cmdlet was refused for want of a role, and which one is missing. */
  unpermitted(refused: UnpermittedCmdlet): Promise<void>

  /** Opens a mailbox for an administrator's own work (import, export). Refuses `no-such-thing`, `not-allowed`. */
  administer(caller: Caller, mailbox: string): Promise<Mailbox>

  /**
   * Returns the decision of {@link enter} for an app, named by any of its three ids, with a fresh token: as itself, or
   * for `user`, named by id or userPrincipalName. Over Graph, for the app itself with `permission` (`Mail.Read` if
   * absent). Records nothing.
   */
  simulate(
    tenant: TenantId,
    passwordRequest: {
      readonly mailbox: string
      readonly app: string
      readonly protocol: MailProtocol | 'graph'
      readonly user?: string | undefined
      readonly permission?: GraphPermission | undefined
      /** Over SMTP: the sender address to check. */
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
  /** When the retirement plan changes the decision, in ascending order. */
  readonly changes: readonly {
    readonly at: number
    readonly outcome: SignIn['outcome']
    readonly evidence: string
  }[]
}
