import type { Profile } from '../../src/core/profile.ts'
import type { MailProtocol } from '../../src/access/types.ts'
import { openAccess, type OpenAccess } from './open-access.ts'
import { grantMailbox, mailboxNamed, type Registered, registerApp } from './open-directory.ts'

/** A directory in which a reader may open ada's mailbox over IMAP and POP3. */
export async function openGranted(profile: Profile = 'exchange-online') {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const reader = await registerApp(context)
  const assignment = await context.consent(reader, 'IMAP.AccessAsApp')
  await context.consent(reader, 'POP.AccessAsApp')
  const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
  const { found: pointer, trustee } = await grantMailbox(directory, reader, mailbox)
  return { ...context, reader, assignment, mailbox, pointer, trustee }
}

/** Signs the reader in; throws when it is refused. */
export async function enter(
  context: OpenAccess & { reader: Registered },
  protocol: MailProtocol = 'imap',
  word = 'ada',
) {
  const entry = await context.access.enter({
    credential: { bearer: await context.tokenFor(context.reader) },
    protocol,
    address: `${word}@contoso.test`,
    from: '192.0.2.7',
  })
  if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
  return entry
}

/** Resolves when a handle is taken back. */
export const taken = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
