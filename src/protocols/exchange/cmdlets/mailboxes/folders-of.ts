import type { MailboxId } from '../../../../core/ids.ts'
import type { Folder } from '../../../../domain/mail/types.ts'
import type { Context } from '../../command.ts'

/** What folders a mailbox has; the handle is given back at once. */
export async function foldersOf({ mail }: Context, id: MailboxId): Promise<readonly Folder[]> {
  const over = new AbortController()
  try {
    return await (await mail.open(id, over.signal)).folders()
  } finally {
    over.abort()
  }
}
