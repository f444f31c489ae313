import type { SignIn } from '../../../domain/audit/types.ts'
import type { Actor, DirectoryAudit } from '../../../domain/directory/types.ts'

/** The kinds of records, with the numbers that they have in AuditData. */
export const recordTypes = {
  ExchangeAdmin: 1,
  ExchangeItem: 2,
  AzureActiveDirectory: 8,
  AzureActiveDirectoryAccountLogon: 9,
  AzureActiveDirectoryStsLogon: 15,
} as const
export type RecordType = keyof typeof recordTypes

/** One record of the unified audit log, whichever book it comes from. */
export interface AuditEntry {
  readonly id: string
  readonly at: number
  readonly recordType: RecordType
  readonly operation: string
  readonly user: string
  /** Other names by which a search finds the user. */
  readonly otherNames: readonly string[]
  readonly address: string | undefined
  readonly object: string
  /** The properties of AuditData that only some records have. */
  readonly further: Readonly<Record<string, unknown>>
}

const named = (name: string, value: unknown) => ({ Name: name, Value: value })

export function entryOfAudit(audit: DirectoryAudit): AuditEntry {
  const exchange = audit.category === 'Exchange'
  const [target] = audit.targets
  return {
    id: audit.id,
    at: audit.at,
    recordType: exchange ? 'ExchangeAdmin' : 'AzureActiveDirectory',
    operation: audit.activity,
    ...userOf(audit.actor),
    address: audit.command?.from,
    object: target?.userPrincipalName ?? target?.displayName ?? '',
    further: {
      ...(exchange ? ofExchange(audit) : ofDirectory(audit)),
      UserType: userTypes[audit.actor.kind],
      InterSystemsId: audit.correlation,
      ModifiedProperties: audit.changes.map(({ property, before, after }) => ({
        Name: property,
        NewValue: after ?? '',
        OldValue: before ?? '',
      })),
      Target: audit.targets.map(({ type, id, displayName }) => ({ ID: id, Name: displayName, Type: type })),
    },
  }
}

/** An administrator, an application, the service itself. */
const userTypes = { user: 2, app: 5, server: 3 } as const satisfies Record<Actor['kind'], number>

/** The properties of directory records. */
const ofDirectory = ({ refused }: DirectoryAudit): Readonly<Record<string, unknown>> => ({
  Workload: 'AzureActiveDirectory',
  ResultStatus: refused === undefined ? 'Success' : 'Failure',
  ...(refused !== undefined && { ExtendedProperties: [named('ResultReason', refused)] }),
})

/** The properties of cmdlet records. */
function ofExchange({ actor, command, targets: [target] }: DirectoryAudit): Readonly<Record<string, unknown>> {
  const refused = command?.refused
  return {
    Workload: 'Exchange',
    ResultStatus: refused === undefined ? 'True' : 'False',
    ...(refused !== undefined && { Error: [command?.error, refused].filter(Boolean).join('|') }),
    AppId: actor.kind === 'server' ? '' : (actor.appId ?? ''),
    ClientAppId: '',
    // The operator of the service, not a user of the organization.
    ExternalAccess: actor.kind === 'server',
    ...(refused === undefined && { ModifiedObjectResolvedName: target?.displayName ?? '' }),
    Parameters: (command?.parameters ?? []).map(({ name, value }) => named(name, value)),
  }
}

function userOf(actor: Actor): Pick<AuditEntry, 'user' | 'otherNames'> {
  if (actor.kind === 'server') return { user: 'NT AUTHORITY\\SYSTEM', otherNames: [] }
  if (actor.kind === 'user') return { user: actor.userPrincipalName, otherNames: [actor.id] }
  const { servicePrincipal, appId, name } = actor
  return { user: `ServicePrincipal_${servicePrincipal}`, otherNames: [servicePrincipal, appId, name] }
}

const mailProtocols: ReadonlySet<string> = new Set(['imap', 'pop3', 'smtp'])

export function entryOfSignIn(signIn: SignIn): AuditEntry {
  const mail = mailProtocols.has(signIn.protocol)
  const granted = signIn.outcome === 'granted'
  const appId = signIn.app?.appId
  return {
    id: signIn.signInId,
    at: signIn.at,
    recordType: mail ? 'ExchangeItem' : 'AzureActiveDirectoryStsLogon',
    operation: operationOf(signIn),
    user: signIn.user?.userPrincipalName ?? appId ?? '',
    otherNames: [signIn.user?.id, appId, signIn.appDisplayName].filter((name) => name !== undefined),
    address: signIn.from,
    object: (mail ? signIn.mailbox : signIn.resource?.id) ?? '',
    further: {
      Workload: mail ? 'Exchange' : 'AzureActiveDirectory',
      ResultStatus: granted ? 'Success' : 'Failed',
      UserType: signIn.user ? 0 : 5,
      ...(signIn.correlation && { InterSystemsId: signIn.correlation }),
      ...(appId && { ApplicationId: appId, ApplicationDisplayName: signIn.appDisplayName }),
      ...(mail
        ? { MailboxOwnerUPN: signIn.mailbox, ClientInfoString: `Client=${signIn.protocol.toUpperCase()}` }
        : { ErrorNumber: String(signIn.errorCode), LogonError: signIn.failureReason }),
      ExtendedProperties: [
        named('Protocol', signIn.protocol),
        named('Authentication', signIn.authentication),
        named('Count', String(signIn.count)),
        ...(signIn.failed === undefined ? [] : [named('FailedCheck', signIn.failed)]),
      ],
    },
  }
}

function operationOf({ protocol, outcome, failed }: SignIn): string {
  if (!mailProtocols.has(protocol)) return outcome === 'granted' ? 'UserLoggedIn' : 'UserLoginFailed'
  // A caller who opened the mailbox and sent from another address.
  return failed === 'sendAs' ? 'SendAs' : 'MailboxLogin'
}
