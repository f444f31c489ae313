import type { Answer } from '../support/imap-client.ts'
import { isList, readValues, type Value, wordOf } from '../support/imap-values.ts'

export interface Message {
  uid: number | undefined
  flags: string | undefined
}

/** A folder as one session was told that it is; says where it is told things that cannot be. */
export class View {
  readonly messages: Message[] = []
  #uidNext = 1

  /** A new view begins: what SELECT answers. */
  reset(): void {
    this.messages.length = 0
    this.#uidNext = 1
  }

  /** `mayExpunge`: whether the command is one that allows EXPUNGE, RFC 3501 §7.4.1. */
  take({ untagged }: Answer, mayExpunge: boolean): void {
    for (const response of untagged) {
      const [number, kind] = response.split(' ', 2) as [string, string | undefined]
      if (kind === 'EXISTS') this.#exists(Number(number))
      else if (kind === 'EXPUNGE') this.#expunge(Number(number), mayExpunge)
      else if (kind === 'FETCH') this.#fetch(Number(number), readValues(response)[2])
      else if (number === 'SEARCH') this.#search(response.split(' ').slice(1).map(Number))
    }
  }

  /** What STORE .SILENT did to flags that were known, without a word from the server. */
  added(from: number, to: number, flags: readonly string[]): void {
    for (const message of this.messages.slice(from - 1, to)) {
      if (message.flags === undefined) continue
      const all = new Set([...message.flags.split(' '), ...flags.map((it) => it.toLowerCase())])
      all.delete('')
      message.flags = [...all].sort().join(' ')
    }
  }

  #exists(count: number): void {
    if (count < this.messages.length) throw new Error(`EXISTS ${count}, though there are ${this.messages.length}`)
    while (this.messages.length < count) this.messages.push({ uid: undefined, flags: undefined })
  }

  #expunge(number: number, mayExpunge: boolean): void {
    if (!mayExpunge) throw new Error(`EXPUNGE ${number} where it is forbidden`)
    const [gone] = this.#known(number) ? this.messages.splice(number - 1, 1) : []
    this.#uidNext = Math.max(this.#uidNext, (gone?.uid ?? 0) + 1)
  }

  #fetch(number: number, list: Value | undefined): void {
    const message = this.#known(number)
    const items = isList(list) ? list : []
    for (let at = 0; at < items.length; at += 2) {
      const name = wordOf(items[at]).toUpperCase()
      const value = items[at + 1]
      if (name === 'UID') this.#uid(number, message, Number(wordOf(value)))
      if (name === 'FLAGS') message.flags = flagsOf(value)
      if (name.startsWith('BODY[')) sameUid(message, /X-Uid: (\d+)/.exec(wordOf(value))?.[1])
    }
  }

  #uid(number: number, message: Message, uid: number): void {
    if (message.uid !== undefined && message.uid !== uid)
      throw new Error(`message ${number} was UID ${message.uid} and is now ${uid}`)
    const before = this.messages.slice(0, number - 1).findLast((it) => it.uid !== undefined)?.uid ?? 0
    const after = this.messages.slice(number).find((it) => it.uid !== undefined)?.uid ?? Infinity
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

/** `\Recent` belongs to one session. */
export const flagsOf = (value: Value | undefined): string =>
  (isList(value) ? value : [])
    .map((it) => wordOf(it).toLowerCase())
    .filter((it) => it !== '\\recent')
    .sort()
    .join(' ')

function sameUid(message: Message, told: string | undefined): void {
  if (told !== undefined && message.uid !== undefined && Number(told) !== message.uid)
    throw new Error(`the text of UID ${told} is given as that of ${message.uid}`)
}
