import type { User } from '../../../../domain/directory/types.ts'
import type { CmdletContext } from '../../command.ts'
import { notFound } from '../../refusals.ts'

/** By id or userPrincipalName, or by what names the mailbox behind the user. */
export async function findUser({ directory, tenant }: CmdletContext, named: string): Promise<User> {
  const found = await directory.users.find(tenant.id, named)
  if (found) return found
  const mailbox = await directory.mailboxes.find(tenant.id, named)
  return (
    (mailbox && (await directory.users.find(tenant.id, mailbox.externalDirectoryObjectId))) ?? notFound(tenant, named)
  )
}
