import type { ImapReply } from '../support/imap-client.ts'
import { isList, parseResponse, type Value, textOf } from '../support/imap-response.ts'
import { numbersIn } from './letters.ts'

export interface Message {
  uid: number | undefined
  flags: string | undefined
}

/** A folder as one session was told that it is; says where it is told things that cannot be. */
export class View {
  readonly messages: Message[] = []
  uidValidity = 0
  /** RFC 7162 §3.1.2.1: as of when everything is known. */
  highestModSeq = 0
  #gone: number[] = []
  #goneUnknown = 0
  readonly #numbered: boolean

  /** `numbered`: whether messages stand where their numbers say, RFC 9586 §3. */
  constructor(numbered = true) {
    this.#numbered = numbered
  }

  /** A new view begins: what SELECT answers. */
  reset(): void {
    this.messages.length = 0
    this.highestModSeq = 0
  }

  /** UIDs that were said to be gone since this was last asked, and how many more whose UID was not known. */
  takeGone(): { readonly uids: readonly number[]; readonly unknown: number } {
    const gone = { uids: this.#gone, unknown: this.#goneUnknown }
    this.#gone = []
    this.#goneUnknown = 0
    return gone
  }

  get uids(): readonly number[] {
    return this.messages.flatMap(({ uid }) => (uid === undefined ? [] : [uid]))
  }

  /** Whether each message has a name by which it is known for good. */
  get allNamed(): boolean {
    return this.messages.every(({ uid }) => uid !== undefined)
  }

  /** The message with a UID; with none that is known, any. */
  named(uid: number | undefined): Message | undefined {
    return uid === undefined ? { uid, flags: undefined } : this.messages.find((it) => it.uid === uid)
  }

  /** The first message whose UID or flags are not known. */
  get unknown(): number | undefined {
    const at = this.messages.findIndex(({ uid, flags }) => uid === undefined || flags === undefined)
    return at < 0 ? undefined : at + 1
  }

  /**
   * RFC 7162 §3.2.5: what SELECT with QRESYNC says to a view that was left. With what vanished, and what changed since,
   * it is whole again.
   */
  resume({ untagged, tagged }: ImapReply): void {
    const flags = new Map(this.messages.map((it) => [it.uid!, it.flags]))
    const [before, count] = [this.uidValidity, untagged.find((it) => it.endsWith(' EXISTS'))]
    for (const response of untagged) {
      const [first, kind] = response.split(' ', 2)
      if (kind === 'FETCH') {
        const told = new Map(pairs(parseResponse(response)[2]))
        flags.set(Number(textOf(told.get('UID'))), flagsOf(told.get('FLAGS')))
      }
      const [, set] = /^VANISHED \(EARLIER\) (\S+)$/.exec(response) ?? []
      for (const uid of set === undefined ? [] : numbersIn(set)) if (flags.delete(uid)) this.#gone.push(uid)
      if (first === 'OK') this.#code(response)
    }
    this.#code(tagged)
    if (this.uidValidity !== before) throw new Error(`UIDVALIDITY ${before} has become ${this.uidValidity}`)
    if (count !== `${flags.size} EXISTS`)
      throw new Error(`${count} after SELECT with QRESYNC, and ${flags.size} are known`)
    const ascending = [...flags].sort(([a], [b]) => a - b)
    this.messages.splice(0, Infinity, ...ascending.map(([uid, flags]) => ({ uid, flags })))
  }

  /** `mayExpunge`: whether the command is one that allows EXPUNGE, RFC 3501 §7.4.1. */
  take({ untagged, tagged }: ImapReply, mayExpunge: boolean): void {
    for (const response of untagged) {
      const [number, kind] = response.split(' ', 2) as [string, string | undefined]
      if (kind === 'EXISTS') this.#exists(Number(number))
      else if (kind === 'EXPUNGE') this.#expunge(Number(number), mayExpunge)
      else if (kind === 'FETCH') this.#fetch(Number(number), parseResponse(response)[2])
      else if (kind === 'UIDFETCH') this.#uidFetch(Number(number), parseResponse(response)[2])
      else if (number === 'VANISHED') this.#vanished(response, mayExpunge)
      else if (number === 'SEARCH') this.#search(response.split(' ').slice(1).map(Number))
      else if (number === 'OK') this.#code(response)
    }
    this.#code(tagged)
  }

  /** Applies STORE .SILENT to known flags; the server sends nothing about it. */
  added(uids: readonly number[], flags: readonly string[]): void {
    for (const message of this.messages) {
      if (message.flags === undefined || message.uid === undefined || !uids.includes(message.uid)) continue
      const all = new Set([...message.flags.split(' '), ...flags.map((it) => it.toLowerCase())])
      all.delete('')
      message.flags = [...all].sort().join(' ')
    }
  }

  forgetFlags(uids: readonly number[]): void {
    for (const message of this.messages) if (uids.includes(message.uid ?? 0)) message.flags = undefined
  }

  #code(response: string): void {
    const [, name, value] = /^OK \[(HIGHESTMODSEQ|UIDVALIDITY) (\d+)\]/.exec(response) ?? []
    if (name === 'UIDVALIDITY') this.uidValidity = Number(value)
    if (name === 'HIGHESTMODSEQ') {
      if (Number(value) < this.highestModSeq) throw new Error(`${response}, after ${this.highestModSeq}`)
      this.highestModSeq = Number(value)
    }
  }

  #exists(count: number): void {
    if (count < this.messages.length) throw new Error(`EXISTS ${count}, though there are ${this.messages.length}`)
    while (this.messages.length < count) this.messages.push({ uid: undefined, flags: undefined })
  }

  #expunge(number: number, mayExpunge: boolean): void {
    if (!mayExpunge) throw new Error(`EXPUNGE ${number} where it is forbidden`)
    const { uid } = this.#known(number)
    this.messages.splice(number - 1, 1)
    this.#noteGone(uid)
  }

  #noteGone(uid: number | undefined): void {
    if (uid === undefined) this.#goneUnknown += 1
    else this.#gone.push(uid)
  }

  /** RFC 7162 §3.2.10: those that vanished earlier may never have been known. */
  #vanished(response: string, mayExpunge: boolean): void {
    const [, earlier, set] = /^VANISHED (\(EARLIER\) )?(\S+)$/.exec(response) ?? []
    if (set === undefined) throw new Error(response)
    if (!earlier && !mayExpunge) throw new Error(`${response} where it is forbidden`)
    for (const uid of numbersIn(set)) {
      const at = this.messages.findIndex((it) => it.uid === uid)
      if (at >= 0) this.messages.splice(at, 1)
      else if (!earlier) this.#vanishedUnknown(uid)
      if (at >= 0 || !earlier) this.#noteGone(uid)
    }
  }

  /** One of those between its neighbours, nobody knows which. */
  #vanishedUnknown(uid: number): void {
    const isPossible = (it: Message, at: number) =>
      it.uid === undefined && (!this.#numbered || (this.#before(at) < uid && uid < this.#after(at)))
    const at = this.messages.findIndex(isPossible)
    if (at < 0) throw new Error(`UID ${uid} has vanished, and was never told of`)
    for (const [nth, message] of this.messages.entries()) if (isPossible(message, nth)) message.flags = undefined
    this.messages.splice(at, 1)
  }

  /** The next UIDs that are known around a place. */
  #before(at: number): number {
    return this.messages.slice(0, at).findLast(({ uid }) => uid !== undefined)?.uid ?? 0
  }

  #after(at: number): number {
    return this.messages.slice(at + 1).find(({ uid }) => uid !== undefined)?.uid ?? Infinity
  }

  #fetch(number: number, list: Value | undefined): void {
    const message = this.#known(number)
    for (const [name, value] of pairs(list)) {
      if (name === 'UID') this.#uid(number, message, Number(textOf(value)))
      if (name === 'FLAGS') message.flags = flagsOf(value)
    }
  }

  /** RFC 9586 §3.4: there are no numbers, and those that are new stand in the order of their UIDs. */
  #uidFetch(uid: number, list: Value | undefined): void {
    let message = this.messages.find((it) => it.uid === uid)
    if (!message) {
      message = this.messages.find((it) => it.uid === undefined)
      if (!message) throw new Error(`UID ${uid} is told of, though all ${this.messages.length} are known`)
      message.uid = uid
      this.messages.sort((a, b) => (a.uid ?? Infinity) - (b.uid ?? Infinity))
    }
    for (const [name, value] of pairs(list)) {
      if (name === 'UID' && Number(textOf(value)) !== uid) throw new Error(`UID ${textOf(value)} is told as ${uid}`)
      if (name === 'FLAGS') message.flags = flagsOf(value)
    }
  }

  #uid(number: number, message: Message, uid: number): void {
    if (message.uid !== undefined && message.uid !== uid)
      throw new Error(`message ${number} was UID ${message.uid} and is now ${uid}`)
    const [before, after] = [this.#before(number - 1), this.#after(number - 1)]
    if (uid <= before || uid >= after) throw new Error(`UID ${uid} of message ${number} is not between its neighbours'`)
    message.uid = uid
  }

  #search(numbers: readonly number[]): void {
    for (const number of numbers) this.#known(number)
  }

  #known(number: number): Message {
    const found = this.messages[number - 1]
    if (!found) throw new Error(`message ${number} is told of, though there are ${this.messages.length}`)
    return found
  }
}

function* pairs(list: Value | undefined): Generator<[string, Value | undefined]> {
  const items = isList(list) ? list : []
  for (let at = 0; at < items.length; at += 2) yield [textOf(items[at]).toUpperCase(), items[at + 1]]
}

/** `\Recent` belongs to one session. */
export const flagsOf = (value: Value | undefined): string =>
  (isList(value) ? value : [])
    .map((it) => textOf(it).toLowerCase())
    .filter((it) => it !== '\\recent')
    .sort()
    .join(' ')
