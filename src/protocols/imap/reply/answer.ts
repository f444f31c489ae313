import { Refusal } from '../../../core/refusal.ts'
import type { Received } from '../conversation/receive.ts'
import { refusalText } from './refusals.ts'
import { flush, type Reply } from './reply.ts'
import type { Session } from '../conversation/session.ts'
import { told } from '../view/told.ts'

/** Runs a command: what it says, the news that it lets through, its tagged line. Throws what stops it. */
export async function* answer(session: Session, received: Received): AsyncGenerator<Reply> {
  const { tag, command, uid, reader } = received
  const prepared = command.prepare(reader, { ...session.dialect, settings: session.deps.settings, uid })
  const running = prepared.run({ session, state: session.state, tag, uid })
  const done = (Symbol.asyncIterator in running ? yield* running : await running) ?? {}
  session.did(prepared.does)
  const { state, wire } = session
  if (state.at === 'selected' && command.news !== 'none') {
    // RFC 3501 §5.5: a command that was sent ahead may hold numbers that an EXPUNGE would change.
    const mayExpunge = command.news === 'own' || ((command.news === 'all' || uid) && wire.pending === 0)
    yield* told(session, state.mailbox, state.selected, { mayExpunge, withUid: uid })
  }
  const code = typeof done.code === 'function' ? done.code() : done.code
  const { limited } = done
  if (limited !== undefined && (code !== undefined || done.line !== undefined))
    yield `* NO [${limited}] Only so many\r\n`
  const named = code ?? limited
  const coded = named === undefined ? '' : `[${named}] `
  yield `${tag} ${done.line ?? `OK ${coded}${done.text ?? `${command.name} completed.`}`}\r\n`
  if (!done.after) return
  yield flush
  await done.after()
}

/** The tagged line for what stopped a command. A bug of ours is logged, and told without its particulars. */
export function failure(session: Session, tag: string, thrown: unknown): string {
  if (thrown instanceof Refusal) return `${tag} ${refusalText(thrown, session.deps.profile)}\r\n`
  // What was given up because the client has gone is no bug.
  if (thrown !== session.wire.closed.reason) session.deps.log.error({ err: thrown }, 'an IMAP command failed')
  return `${tag} NO [SERVERBUG] Something went wrong here\r\n`
}
