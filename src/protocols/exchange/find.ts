import type { ExchangeServicePrincipal, MailboxRecord, Trustee } from '../../domain/directory/types.ts'
import type { Context } from './command.ts'
import { notFound, wrongParameters } from './refusals.ts'

export const findMailbox = async ({ directory, tenant }: Context, named: string): Promise<MailboxRecord> =>
  (await directory.mailboxes.find(tenant.id, named)) ?? notFound(tenant, named)

export const findServicePrincipal = async (
  { directory, tenant }: Context,
  named: string,
): Promise<ExchangeServicePrincipal> => (await directory.exchange.find(tenant.id, named)) ?? notFound(tenant, named)

export const findTrustee = async ({ directory, tenant }: Context, named: string): Promise<Trustee> =>
  (await directory.permissions.trustee(tenant.id, named)) ?? notFound(tenant, named)

/** The mailboxes that `Get-Mailbox` and `Get-CASMailbox` are asked for. */
export async function chosenMailboxes(
  context: Context,
  given: { Identity?: string; Anr?: string; Filter?: string; RecipientTypeDetails?: readonly MailboxRecord['type'][] },
): Promise<readonly MailboxRecord[]> {
  if ([given.Identity, given.Anr, given.Filter].filter((it) => it !== undefined).length > 1) {
    return wrongParameters('-Identity, -Anr and -Filter exclude each other.')
  }
  if (given.Identity !== undefined) return [await findMailbox(context, given.Identity)]
  const all = await context.directory.mailboxes.all(context.tenant.id)
  const begin = given.Anr?.toLowerCase() ?? ''
  return all.filter(
    (record) =>
      (given.RecipientTypeDetails?.includes(record.type) ?? true) &&
      [record.name, record.displayName, record.alias, record.primarySmtpAddress].some((it) =>
        it.toLowerCase().startsWith(begin),
      ),
  )
}
