import type { MailboxId } from '../../core/ids.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import { makeFolder } from './folders/edit-folders.ts'
import { INBOX } from './top-folders.ts'
import type { MailContext } from './mailbox-context.ts'
import { MailTx } from './mail-tx.ts'
import { subscribe } from './folders/list-folders.ts'
import type { SpecialUse } from './types.ts'

/** The folders that every mailbox has from the start, named as in Exchange Online. */
const wellKnown: readonly (readonly [name: string, specialUse?: SpecialUse])[] = [
  [INBOX],
  ['Drafts', '\\Drafts'],
  ['Sent Items', '\\Sent'],
  ['Deleted Items', '\\Trash'],
  ['Junk Email', '\\Junk'],
  ['Archive', '\\Archive'],
]

/** Creates the mailbox with its well-known folders, unless it exists. */
export function* createMailbox(
  mailbox: MailboxId,
  at: number,
  { limits, ...parts }: Pick<MailContext, 'limits' | 'hooks' | 'numbers'>,
): Statements<void> {
  const made = yield* ask(
    sql`insert into mail_mailbox (mailbox, modseq, uidvalidity, journal_tail, journal_bulk, jumped)
        values (${mailbox}, 0, 0, 0, 0, ${parts.numbers.jump})
        on conflict (mailbox) do nothing returning mailbox`,
  )
  if (made.length === 0) return
  const tx = yield* MailTx.begin(mailbox, at, parts)
  for (const [name, specialUse] of wellKnown) {
    yield* makeFolder(tx, [name], specialUse, limits)
    yield* subscribe(tx, name, limits)
  }
}
