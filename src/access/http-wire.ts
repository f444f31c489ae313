import type { CheckName } from '../domain/audit/types.ts'
import { printable } from './records/command-line.ts'

/** docs/reference/graph-mail.md §1.2, §1.3: what an HTTP API answers for a decision. */
export function httpWire(failed: CheckName | undefined, address: string | undefined): string {
  switch (failed) {
    case undefined:
      return '200 OK'
    case 'role':
    case 'roleAssignment':
    case 'managementScope':
      return '403 ErrorAccessDenied: Access is denied. Check credentials and try again.'
    case 'applicationAccessPolicy':
      return '403 ErrorAccessDenied: Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.'
    case 'mailbox':
      return `404 ErrorInvalidUser: The requested user '${printable(address ?? '')}' is invalid.`
    default:
      return '401 Unauthorized'
  }
}
