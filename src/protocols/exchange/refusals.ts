import type { Tenant } from '../../domain/directory/types.ts'
import { refuse } from '../../core/refusal.ts'
import { serverOf } from './objects/metadata.ts'

const TASKS = 'Microsoft.Exchange.Configuration.Tasks'

/** docs/reference/exchange-admin.md §9.4; what else is known of it is told after the real service's words. */
export const notFound = (tenant: Tenant, named: string, hint = ''): never =>
  refuse(
    'no-such-thing',
    `The operation couldn't be performed because object '${named}' couldn't be found on '${serverOf(tenant)}'. ${hint}`.trimEnd(),
    {
      type: `${TASKS}.ManagementObjectNotFoundException`,
    },
  )

/**
 * Unknown, or not among those that the caller's role holds: docs/reference/exchange-admin.md §1 tells no difference.
 */
export const commandNotFound = (name: string): never =>
  refuse(
    'no-such-thing',
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    { type: 'System.Management.Automation.CommandNotFoundException' },
  )

/** A set of parameters that does not add up. */
export const wrongParameters = (text: string, type = 'System.Management.Automation.ParameterBindingException'): never =>
  refuse('bad-syntax', text, { type })

/** A path below the tenant's that leads to nothing. */
export const noSuchContainer = (): never =>
  refuse('no-such-thing', 'Nothing is here.', { type: 'System.InvalidOperationException' })
