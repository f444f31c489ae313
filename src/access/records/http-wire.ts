import type { CheckName } from '../../domain/audit/types.ts'
import type { CheckTarget, Subject } from '../checks/check.ts'
import { printable } from './command-line.ts'

/** The answer of Graph to a decision: status, code and message of its error envelope; all of it in one line as `text`. */
export interface GraphWire {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly text: string
}

const ACCESS_DENIED = wireOf(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')

/** docs/reference/graph-mail.md §1.2, §1.3 */
function wireFor(failed: CheckName | undefined, address: string): GraphWire {
  switch (failed) {
    case undefined:
      return wireOf(200, 'OK', '')
    case 'role':
    case 'roleAssignment':
    case 'managementScope':
    case 'mailboxPermission':
    case 'exchangeServicePrincipal':
      return ACCESS_DENIED
    case 'applicationAccessPolicy':
      return wireOf(
        403,
        'ErrorAccessDenied',
        'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      )
    case 'mailbox':
      return wireOf(404, 'ErrorInvalidUser', `The requested user '${printable(address)}' is invalid.`)
    default:
      return wireOf(401, 'Unauthorized', '')
  }
}

/** The answer of an HTTP API to a decision. */
export const httpWire = (failed: CheckName | undefined, address: string | undefined): string =>
  wireFor(failed, address ?? '').text

/** The same for a mailbox over Graph: a user without a mailbox gets an answer of its own. */
export async function graphWire(failed: CheckName | undefined, subject: Subject & CheckTarget): Promise<GraphWire> {
  const address = subject.address ?? ''
  if (failed !== 'mailbox' || !(await subject.directory.users.find(subject.claims.tid, address))) {
    return wireFor(failed, address)
  }
  return wireOf(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  )
}

function wireOf(status: number, code: string, message: string): GraphWire {
  const text = status === 401 || status === 200 ? `${status} ${code}` : `${status} ${code}: ${message}`
  return { status, code, message, text }
}
