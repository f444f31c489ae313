import { type Administrator, superiorRight } from '../../access/admin/decide.ts'
import type { ManagementRole } from '../../access/admin/operations.ts'
import type { CmdletName, CmdletParameters, ExchangeCmdlet, ValuesOf } from '../../cmdlets/cmdlet.ts'
import type { UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory, Tenant } from '../../domain/directory/types.ts'
import type { MailStore } from '../../domain/mail/store-types.ts'
import type { AuditSearches } from './audit-log/searches.ts'
import type { Listing } from './listing.ts'
import type { TraceQueries } from './message-trace/trace-filter.ts'
import type { Output } from './objects/output.ts'

/** As much of the mail as cmdlets need; a mailbox is opened to be counted. */
export type Mailboxes = Pick<MailStore, 'erase' | 'open' | 'quotaLimits' | 'received' | 'recoverable' | 'setQuota'>

/**
 * docs/reference/exchange-admin.md §1: the not-found error that scripts see, or all there are, as the reference has it.
 */
export type UnknownServicePrincipal = 'error' | 'all'

/** The dependencies and facts of a running cmdlet. */
export interface CmdletContext {
  readonly directory: Directory
  readonly mail: Mailboxes
  readonly auditSearches: AuditSearches
  readonly traceQueries: TraceQueries
  readonly signIns: Pick<SignIns, 'lastActivity'>
  readonly world: World
  /** The management roles that the caller may assign to others. */
  readonly holds: ReadonlySet<string>
  /** Every cmdlet that runs here, whatever the caller may run. */
  readonly commands: readonly CmdletRunner[]
  readonly tenant: Tenant
  /** The answer of `Get-ServicePrincipal` if no service principal has the name. */
  readonly unknownServicePrincipal: UnknownServicePrincipal
  readonly caller: Administrator
  /** Whether it runs once more for a following page of what it put out before. */
  readonly again: boolean
  /** When it ran first, in milliseconds since the epoch: what came later is on none of its pages. */
  readonly began: number
  /** Tells the caller something that is no failure. */
  warn(text: string): void
}

/** The form in which runners are written: the values have the types of the declaration. */
interface RunSide<P extends CmdletParameters, N extends CmdletName> {
  readonly declaration: ExchangeCmdlet<P, N>
  readonly role: ManagementRole
  run(context: CmdletContext, given: ValuesOf<P>): Promise<Listing<Output>>
}

/** The run side of a declared cmdlet. Binding, authorisation, paging and the audit line are the runner's. */
export interface CmdletRunner<N extends CmdletName = CmdletName> {
  readonly declaration: ExchangeCmdlet<CmdletParameters, N>
  readonly role: ManagementRole
  /** `given` is what binding made of the declaration's parameters. */
  run(context: CmdletContext, given: Readonly<Record<string, unknown>>): Promise<Listing<Output>>
}

export const command = <P extends CmdletParameters, N extends CmdletName>(side: RunSide<P, N>): CmdletRunner<N> => ({
  declaration: side.declaration,
  role: side.role,
  run: (context, given) => side.run(context, given as ValuesOf<P>),
})

/** Nobody removes or signs out a user who has rights that they lack themselves. */
export async function guardAdministrator({ directory, caller }: CmdletContext, user: UserId): Promise<void> {
  const right = await superiorRight(directory, caller, user)
  if (!right) return
  const insufficient = 'Insufficient privileges to complete the operation'
  refuse(
    'not-allowed',
    right.kind === 'directoryRole'
      ? `${insufficient}: the user has a directory role, and you are not a Global Administrator.`
      : `${insufficient}: the user has the role '${right.name}', and you do not.`,
  )
}
