import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { getMailboxPermission as declaration } from '../../../../cmdlets/exchange/permissions/get-mailbox-permission.ts'
import type { MailboxRecord, Trustee } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { ownerOutput, permissionOutput } from '../../objects/mailbox-permission.ts'
import type { Output } from '../../objects/output.ts'
import { notFound, wrongParameters } from '../../refusals.ts'
import { entriesOn, type MailboxEntry, mailboxMeant, trusteeAmong } from './entries-on.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

export const getMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    if (given.GroupMailbox) return notFound(context.tenant, given.Identity)
    const mailbox = await mailboxMeant(context, given.Identity, given)
    if (given.Owner && given.User !== undefined) return wrongParameters('-Owner and -User exclude each other.')
    if (given.Owner) return [await owned(context, mailbox, given)]
    const entries = await entriesOn(context, mailbox)
    const trustees = entries.map(({ permission }) => permission.trustee)
    const trustee = given.User === undefined ? undefined : await trusteeAmong(context, trustees, given.User)
    const chosen = entries
      .filter((entry) => isShown(entry, given))
      .filter(({ permission }) => !trustee || permission.trustee.sid === trustee.sid)
    return Promise.all(
      chosen.map(({ permission }) => named(context, permission.trustee, permissionOutput(mailbox, permission), given)),
    )
  },
})

/** contract/exchange-admin §2.2: entries of those who are gone are shown to who asks for them. */
const isShown = (
  { left }: MailboxEntry,
  { IncludeSoftDeletedUserPermissions, IncludeUnresolvedPermissions }: Given,
): boolean =>
  ({
    resolved: true,
    softDeleted: IncludeSoftDeletedUserPermissions === true,
    unresolved: IncludeUnresolvedPermissions === true,
  })[left]

async function owned(context: Context, mailbox: MailboxRecord, asked: Given): Promise<Output> {
  const owner = await context.directory.permissions.owner(mailbox.id)
  return named(context, owner, ownerOutput(mailbox, owner), asked)
}

/** With the name that people see, where it is asked for. */
const named = async (context: Context, trustee: Trustee, output: Output, asked: Given): Promise<Output> =>
  asked.IncludeUserWithDisplayName ? { ...output, UserDisplayName: await displayNameOf(context, trustee) } : output

async function displayNameOf({ directory, tenant }: Context, trustee: Trustee): Promise<string> {
  if (trustee.kind !== 'user' && trustee.kind !== 'group') return trustee.name
  const among = trustee.kind === 'user' ? directory.users : directory.groups
  return (await among.find(tenant.id, trustee.id))?.displayName ?? trustee.name
}
