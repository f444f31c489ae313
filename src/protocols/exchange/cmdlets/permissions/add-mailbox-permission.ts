import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { addMailboxPermission as declaration } from '../../../../cmdlets/exchange/permissions/add-mailbox-permission.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findMailbox, findTrustee } from '../../find.ts'
import { ownerOutput, permissionOutput } from '../../objects/mailbox-permission.ts'
import type { Output } from '../../objects/output.ts'
import { notFound, wrongParameters } from '../../refusals.ts'
import { warnPresent } from './entries-on.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

export const addMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { User, AccessRights, Owner } = given
    if (given.GroupMailbox) return notFound(context.tenant, given.Identity)
    if (Owner !== undefined && User === undefined && AccessRights === undefined) {
      return setOwner(context, await findMailbox(context, given.Identity), Owner)
    }
    if (Owner !== undefined || User === undefined || AccessRights === undefined) {
      return wrongParameters('Add-MailboxPermission needs either -User and -AccessRights, or -Owner.')
    }
    return grant(context, await findMailbox(context, given.Identity), { ...given, User, AccessRights })
  },
})

async function grant(
  context: Context,
  mailbox: MailboxRecord,
  given: Given & Required<Pick<Given, 'User' | 'AccessRights'>>,
): Promise<readonly Output[]> {
  const trustee = await findTrustee(context, given.User)
  const { changed, permission } = await context.directory.permissions.add(mailbox, {
    trustee,
    accessRights: given.AccessRights,
    deny: given.Deny ?? false,
    inheritanceType: given.InheritanceType ?? 'All',
  })
  if (!changed) warnPresent(context, mailbox, trustee)
  return [permissionOutput(mailbox, permission)]
}

async function setOwner(context: Context, mailbox: MailboxRecord, named: string): Promise<readonly Output[]> {
  const owner = await findTrustee(context, named)
  await context.directory.permissions.setOwner(mailbox, owner)
  return [ownerOutput(mailbox, owner)]
}
