import type { Profile } from '../../../core/profile.ts'
import { type Reason, Refusal } from '../../../core/refusal.ts'
import type { ReceivedCommand } from '../conversation/receive.ts'
import type { ImapSession } from '../conversation/session.ts'
import { folderUpdates } from '../view/folder-updates.ts'
import { flush, type ImapReplies, type ImapReply } from './reply.ts'

/**
 * Runs a command. Yields its replies, the updates that it allows and its tagged line. Throws the error that stops it.
 */
export async function* answer(session: ImapSession, received: ReceivedCommand): AsyncGenerator<ImapReply> {
  const { tag, command, uid, reader } = received
  const prepared = command.prepare(reader, { ...session.dialect, settings: session.deps.settings, uid })
  const isLong = prepared.isLong(session.state)
  const running = prepared.run({ session, state: session.state, tag, uid })
  const replies = isLong && Symbol.asyncIterator in running ? inSlots(session, running) : running
  const done = (Symbol.asyncIterator in replies ? yield* replies : await replies) ?? {}
  session.countOperations(prepared.does)
  const { state, wire } = session
  if (state.at === 'selected' && command.updates !== 'none') {
    // RFC 3501 §5.5: a pipelined command may contain message numbers, which an EXPUNGE would change.
    const mayExpunge = command.updates === 'own' || ((command.updates === 'all' || uid) && wire.pending === 0)
    yield* folderUpdates(session, state.mailbox, state.selected, { mayExpunge, withUid: uid })
  }
  const code = typeof done.code === 'function' ? done.code() : done.code
  const { limited } = done
  if (limited !== undefined && (code !== undefined || done.line !== undefined))
    yield `* NO [${limited}] The message limit applies\r\n`
  const named = code ?? limited
  const coded = named === undefined ? '' : `[${named}] `
  yield `${tag} ${done.line ?? `OK ${coded}${done.text ?? `${command.name} completed.`}`}\r\n`
  if (!done.after) return
  yield flush
  await done.after()
}

/** Runs in one of the caller's slots. The slot is free while the client reads the reply. */
async function* inSlots({ longWork, chargedTo, wire }: ImapSession, replies: ImapReplies): ImapReplies {
  try {
    for (;;) {
      const release = await longWork.take(chargedTo, wire.left)
      const step = await replies.next().finally(release)
      if (step.done) return step.value
      yield step.value
    }
  } finally {
    await replies.return(undefined)
  }
}

/** The tagged line for the error that stopped a command. A bug is logged; the client gets no details of it. */
export function failure(session: ImapSession, tag: string, thrown: unknown): string {
  if (thrown instanceof Refusal) return `${tag} ${refusalText(thrown, session.deps.profile)}\r\n`
  // Work that was cancelled because the client has gone is not a bug.
  if (!session.isCancelled(thrown)) session.deps.log.error({ err: thrown }, 'an IMAP command failed')
  return `${tag} NO [SERVERBUG] Internal server error\r\n`
}

type Line = readonly [status: 'NO' | 'BAD', code: string]

/** RFC 5530 §3. */
const say = {
  'bad-syntax': ['BAD', 'CLIENTBUG'],
  'wrong-state': ['BAD', 'CLIENTBUG'],
  'not-signed-in': ['NO', 'AUTHENTICATIONFAILED'],
  'not-allowed': ['NO', 'NOPERM'],
  'no-such-thing': ['NO', 'NONEXISTENT'],
  'already-exists': ['NO', 'ALREADYEXISTS'],
  'over-quota': ['NO', 'OVERQUOTA'],
  // No quota is exceeded: the client can only try again.
  'no-room': ['NO', 'UNAVAILABLE'],
  'too-big': ['NO', 'TOOBIG'],
  busy: ['NO', 'INUSE'],
  gone: ['NO', 'UNAVAILABLE'],
  damaged: ['NO', 'CORRUPTION'],
  unsupported: ['NO', 'CANNOT'],
} satisfies Record<Reason, Line>

/** Exchange Online's texts for BAD. */
const observed: Partial<Record<Reason, string>> = {
  'bad-syntax': 'Command Argument Error. 11',
  'wrong-state': 'Command received in Invalid state.',
}

/**
 * The text after the tag of a refused command. `detail.code` overrides the response code; `detail.observed` is
 * Exchange's text.
 */
function refusalText(refusal: Refusal, profile: Profile): string {
  const [status, code] = say[refusal.reason]
  const own = refusal.detail.code
  if (profile === 'exchange-online') {
    if (own === 'BADCHARSET') return 'NO [BADCHARSET (US-ASCII)] The specified charset is not supported.'
    const text = refusal.detail.observed ?? observed[refusal.reason]
    if (status === 'BAD' && text) return `BAD ${text}`
  }
  const named = own === 'BADCHARSET' ? 'BADCHARSET (US-ASCII UTF-8)' : (own ?? code)
  return `${status} [${named}] ${refusal.message}`
}
