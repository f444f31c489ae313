import { hash } from 'node:crypto'
import type { MailboxId } from '../../../core/ids.ts'
import { ask, askOne, type Statement, type Statements } from '../../../storage/engine.ts'
import type { SortKeys } from '../sort/sort-keys.ts'

/** How many of the messages that one follows are looked at: the first, which began it, and the latest. */
const MOST = 20
const DIGEST = 16
/** How many gaps a statement has: few sizes, so that few are prepared. The last is repeated to fill one up. */
const sizes = [1, 2, 4, 8, MOST + 1]

/**
 * By what a message finds its thread: its own identifier and those of the messages that it follows, each together with
 * the base subject, since who answers to begin something new changes the subject. As digests: somebody else's names may
 * be of any length.
 */
export function threadRefs({ subject, messageId, references }: SortKeys): readonly string[] {
  const followed = references === '' ? [] : references.split(' ')
  const near = followed.length > MOST ? [followed[0]!, ...followed.slice(1 - MOST)] : followed
  const names = new Set(messageId === '' ? near : [messageId, ...near])
  return Array.from(names, (name) => hash('sha256', `${name}\0${subject}`, 'base64url').slice(0, DIGEST))
}

/** What a thread is called that no earlier message is of. */
export const threadBegunBy = (emailId: string): string => `T${emailId}`

/** The thread of the first message that came and has one of these. */
export function* knownThread(mailbox: MailboxId, refs: readonly string[]): Statements<string | undefined> {
  if (refs.length === 0) return undefined
  const filled = filledUp(refs)
  const commas = Array.from<string>({ length: filled.length - 1 }).fill(',')
  const parts = [
    'select thread from mail_thread where mailbox = ',
    ' and ref in (',
    ...commas,
    ') order by message limit 1',
  ]
  return (yield* askOne<{ thread: string }>({ parts, args: [mailbox, ...filled] }))?.thread
}

export function* insertThread(
  mailbox: MailboxId,
  message: number,
  thread: string,
  refs: readonly string[],
): Statements<void> {
  if (refs.length > 0) yield* ask(insertion(mailbox, message, thread, filledUp(refs)))
}

function insertion(mailbox: MailboxId, message: number, thread: string, refs: readonly string[]): Statement {
  const parts = ['insert into mail_thread (mailbox, ref, message, thread) values (']
  for (let nth = 1; nth < refs.length; nth++) parts.push(',', ',', ',', '), (')
  parts.push(',', ',', ',', ') on conflict do nothing')
  return { parts, args: refs.flatMap((ref) => [mailbox, ref, message, thread]) }
}

function filledUp(refs: readonly string[]): readonly string[] {
  const size = sizes.find((size) => size >= refs.length)!
  return Array.from({ length: size }, (_, nth) => refs[nth] ?? refs.at(-1)!)
}
