import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { removeMailboxPermission as declaration } from '../../../../cmdlets/exchange/permissions/remove-mailbox-permission.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findMailbox, findRemovedMailbox } from '../../find.ts'
import { accountOf } from '../../objects/mailbox-permission.ts'
import { wrongParameters } from '../../refusals.ts'
import { entriesOn, trusteeAmong } from './entries-on.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

export const removeMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    assertOneSet(given)
    const mailbox = given.SoftDeletedMailbox
      ? (await findRemovedMailbox(context, given.Identity)).mailbox
      : await findMailbox(context, given.Identity)
    if (given.ResetDefault) await reset(context, mailbox)
    if (given.User !== undefined && given.AccessRights !== undefined) {
      await takeBack(context, mailbox, {
        user: given.User,
        accessRights: given.AccessRights,
        deny: given.Deny ?? false,
        silently: given.BypassMasterAccountSid ?? false,
      })
    }
    return []
  },
})

/** contract/exchange-admin §2.3: exactly one of the parameter sets. */
function assertOneSet({ User, AccessRights, ResetDefault, ClearAutoMapping }: Given): void {
  const named = User !== undefined || AccessRights !== undefined
  const sets = [named, ResetDefault === true, ClearAutoMapping === true].filter(Boolean).length
  if (sets !== 1 || (named && (User === undefined || AccessRights === undefined))) {
    wrongParameters(
      'Remove-MailboxPermission needs either -User and -AccessRights, or -ResetDefault, or -ClearAutoMapping.',
    )
  }
}

/** All but the mailbox's own entry goes. */
async function reset({ directory }: Context, mailbox: MailboxRecord): Promise<void> {
  const entries = (await directory.permissions.on(mailbox.id)).filter(({ trustee }) => trustee.kind !== 'self')
  await directory.together(
    mailbox.tenant,
    entries.map((entry) => (one) => one.permissions.remove(mailbox, entry)),
  )
}

async function takeBack(
  context: Context,
  mailbox: MailboxRecord,
  {
    user,
    silently,
    ...terms
  }: {
    readonly user: string
    readonly accessRights: NonNullable<Given['AccessRights']>
    readonly deny: boolean
    readonly silently: boolean
  },
): Promise<void> {
  const trustees = (await entriesOn(context, mailbox)).map(({ permission }) => permission.trustee)
  const trustee = await trusteeAmong(context, trustees, user)
  const { changed } = await context.directory.permissions.remove(mailbox, { trustee, ...terms })
  if (changed || silently) return
  // contract/exchange-admin §2.3
  context.warn(
    `Can't remove the access control entry on the object "${mailbox.name}" for the user account "${accountOf(trustee)}" because the ACE doesn't exist on the object.`,
  )
}
