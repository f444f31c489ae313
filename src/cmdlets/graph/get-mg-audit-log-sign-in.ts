import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { signInColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgAuditLogSignIn = graphCmdlet({
  name: 'Get-MgAuditLogSignIn',
  synopsis: 'Shows a sign-in, or those there were, the latest first.',
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
