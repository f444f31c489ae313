import type { MailboxId } from '../../core/ids.ts'
import type { Directory } from '../../domain/directory/types.ts'

/** As many groups as are told by their names. */
const NAMED = 3

/** The groups to whose members a mailbox is open, for whoever was refused, and why that helps nothing; empty without any. */
export async function openToGroups(
  { permissions }: Pick<Directory, 'permissions'>,
  mailbox: MailboxId,
  why: string,
): Promise<string> {
  const names = (await permissions.on(mailbox)).flatMap(({ trustee, deny, accessRights }) =>
    trustee.kind === 'group' && !deny && accessRights.includes('FullAccess') ? [`'${trustee.name}'`] : [],
  )
  if (names.length === 0) return ''
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return ` It is open to the members of ${names.slice(0, NAMED).join(', ')}${more}, ${why}.`
}
