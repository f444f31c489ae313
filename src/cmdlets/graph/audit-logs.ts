import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { directoryAuditColumns, signInColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgAuditLogDirectoryAudit = graphCmdlet({
  name: 'Get-MgAuditLogDirectoryAudit',
  synopsis: 'Lists changes of the directory, newest first, or one.',
  parameters: {
    DirectoryAuditId: optional(text, 'One change by its id.', { position: 0 }),
    ...listParameters,
  },
  columns: directoryAuditColumns,
  names: 'DirectoryAuditId',
  call: (given) =>
    given.DirectoryAuditId === undefined
      ? list('/auditLogs/directoryAudits', given)
      : one(path`/auditLogs/directoryAudits/${given.DirectoryAuditId}`, given),
})

export const getMgAuditLogSignIn = graphCmdlet({
  name: 'Get-MgAuditLogSignIn',
  synopsis: 'Lists sign-ins, newest first, or one.',
  parameters: {
    SignInId: optional(text, 'One sign-in by its id.', { position: 0 }),
    ...listParameters,
  },
  columns: signInColumns,
  names: 'SignInId',
  call: (given) =>
    given.SignInId === undefined
      ? list('/auditLogs/signIns', given)
      : one(path`/auditLogs/signIns/${given.SignInId}`, given),
})
