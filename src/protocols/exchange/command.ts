import type { ExchangeCmdlet, Parameters, ValuesOf } from '../../cmdlets/cmdlet.ts'
import type { Directory, Tenant } from '../../domain/directory/types.ts'
import type { MailStore } from '../../domain/mail/types.ts'
import type { Output } from './objects/output.ts'

/** contract/exchange-admin §5: the management role that holds the cmdlet. */
export type ManagementRole = 'Mail Recipients' | 'Organization Configuration' | 'Role Management'

/** As much of the mail as cmdlets need: no message. */
export type Mailboxes = Pick<MailStore, 'erase' | 'quotaLimits' | 'setQuota'>

/** What a running cmdlet may reach. */
export interface Context {
  readonly directory: Directory
  readonly mail: Mailboxes
  readonly tenant: Tenant
  /** Tells the caller something that is no failure. */
  warn(text: string): void
}

/** What a run side is written as: its values have the types that the declaration gives them. */
interface RunSide<P extends Parameters> {
  readonly declaration: ExchangeCmdlet<P>
  readonly role: ManagementRole
  run(context: Context, given: ValuesOf<P>): Promise<readonly Output[]>
}

/** The run side of a declared cmdlet. Binding, authorisation, paging and the audit line are the runner's. */
export interface Command {
  readonly declaration: ExchangeCmdlet
  readonly role: ManagementRole
  /** `given` is what binding made of the declaration's parameters. */
  run(context: Context, given: Readonly<Record<string, unknown>>): Promise<readonly Output[]>
}

export const command = <P extends Parameters>(side: RunSide<P>): Command => ({
  declaration: side.declaration,
  role: side.role,
  run: (context, given) => side.run(context, given as ValuesOf<P>),
})
