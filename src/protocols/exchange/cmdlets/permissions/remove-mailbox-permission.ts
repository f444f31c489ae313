import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { removeMailboxPermission as declaration } from '../../../../cmdlets/exchange/permissions/remove-mailbox-permission.ts'
import type { AccessRight, MailboxRecord } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { notFound, wrongParameters } from '../../refusals.ts'
import { entriesOn, mailboxMeant, trusteeAmong, warnAbsent } from './entries-on.ts'

const { parameters } = declaration

type Given = ValuesOf<typeof parameters>

/** Whose entry it is, and what of it goes. */
interface Taken {
  readonly user: string
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
}

export const removeMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { identity, taken } = asked(given)
    if (given.GroupMailbox) return notFound(context.tenant, identity)
    const mailbox = await mailboxMeant(context, identity, given)
    if (given.ResetDefault) await reset(context, mailbox)
    if (taken) await takeBack(context, mailbox, taken, given.BypassMasterAccountSid ?? false)
    return []
  },
})

/** contract/exchange-admin §2.3: exactly one of the parameter sets. An instance is what is meant where nothing else is given. */
function asked(given: Given): { readonly identity: string; readonly taken?: Taken } {
  const shown = given.Instance && instanceOf(given.Instance)
  const { User: user, AccessRights: accessRights, Identity: identity } = { ...shown, ...given }
  const { ResetDefault, ClearAutoMapping } = given
  if (identity === undefined) return wrongParameters('Remove-MailboxPermission needs a value for -Identity.')
  const named = shown !== undefined || user !== undefined || accessRights !== undefined
  const sets = [named, ResetDefault === true, ClearAutoMapping === true].filter(Boolean).length
  if (sets === 1 && !named) return { identity }
  if (sets !== 1 || user === undefined || accessRights === undefined) {
    return wrongParameters(
      'Remove-MailboxPermission needs either -User and -AccessRights, or -Instance, or -ResetDefault, or -ClearAutoMapping.',
    )
  }
  const rights = accessRights.filter((right) => right !== 'SendAs')
  return { identity, taken: { user, accessRights: rights, deny: given.Deny ?? shown?.Deny ?? false } }
}

/** What an entry says, as `Get-MailboxPermission` shows it. */
function instanceOf(
  instance: NonNullable<Given['Instance']>,
): Partial<Pick<Given, 'Identity' | 'User' | 'AccessRights' | 'Deny'>> {
  const identity = text(instance.Identity)
  const user = text(instance.UserSid) ?? text(instance.User)
  const accessRights = parameters.AccessRights.type.fromJson(instance.AccessRights)
  return {
    ...(identity !== undefined && { Identity: identity }),
    ...(user !== undefined && { User: user }),
    ...(accessRights && { AccessRights: accessRights }),
    ...(instance.Deny === true && { Deny: true }),
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

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
  { user, ...terms }: Taken,
  silently: boolean,
): Promise<void> {
  const trustees = (await entriesOn(context, mailbox)).map(({ permission }) => permission.trustee)
  const trustee = await trusteeAmong(context, trustees, user)
  const { changed } = await context.directory.permissions.remove(mailbox, { trustee, ...terms })
  if (!changed && !silently) warnAbsent(context, mailbox, trustee)
}
