import { Reader } from '../../../codecs/imap/reader.ts'
import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { fetch } from '../commands/fetch.ts'
import type { Reply } from '../reply/reply.ts'
import type { Session } from '../conversation/session.ts'
import type { Selected } from '../state.ts'
import { told } from '../view/told.ts'
import type { SelectedWanted } from './filters.ts'

const LAST_UID = 0xffff_ffff

/** What is told of the selected folder while the client says nothing (RFC 5465 §6.1). */
export class SelectedNews {
  readonly #session: Session
  readonly #mailbox: Mailbox
  readonly #wanted: SelectedWanted
  #selected: Selected | undefined
  /** Of messages up to here the client has what it wants, or can have it. */
  #fetched = 0

  constructor(session: Session, mailbox: Mailbox, wanted: SelectedWanted) {
    this.#session = session
    this.#mailbox = mailbox
    this.#wanted = wanted
    this.#lookAt(session.selected)
  }

  /** `idle`: RFC 5465 §6.1.2, the client has given a command that lets removals through. */
  async *news(idle: boolean): AsyncGenerator<Reply> {
    const { selected } = this.#session
    if (selected !== this.#selected) this.#lookAt(selected)
    if (!selected) return
    const { immediate, events } = this.#wanted
    // RFC 5465 §5.1: a change of flags comes with the UID.
    const telling = { mayExpunge: immediate || idle, mayTellFlags: events.has('FlagChange'), withUid: true }
    yield* told(this.#session, this.#mailbox, selected, telling)
    const arrived = selected.view.byUid([[this.#fetched + 1, LAST_UID]]).uids
    this.#fetched = Math.max(this.#fetched, selected.view.lastUid)
    if (this.#wanted.fetch !== undefined && arrived.length > 0) {
      yield* this.#fetch(`${compactSet(arrived)} ${this.#wanted.fetch}`)
    }
  }

  #lookAt(selected: Selected | undefined): void {
    this.#selected = selected
    this.#fetched = selected?.view.lastUid ?? 0
  }

  /** RFC 5465 §5.1: as if the client had asked with UID FETCH. */
  async *#fetch(text: string): AsyncGenerator<Reply> {
    const { state, deps } = this.#session
    if (state.at !== 'selected') return
    const { settings } = deps
    const reader = new Reader([Buffer.from(` ${text}`, 'latin1')])
    const prepared = fetch.prepare(reader, { ...this.#session.dialect, settings, uid: true })
    const fetching = prepared.run({ session: this.#session, state, tag: '*', uid: true })
    if (Symbol.asyncIterator in fetching) yield* fetching
  }
}
