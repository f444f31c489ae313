import type { Place } from '../../bench/clients/place.ts'
import { type Answer, ImapClient } from '../support/imap-client.ts'
import type { Chance } from './random.ts'
import { View } from './view.ts'

const FLAGS = ['\\Seen', '\\Flagged', '\\Deleted', '\\Answered', '\\Draft', 'work', 'Later']

export interface Account {
  readonly place: Place
  readonly user: string
  readonly token: string
}

/** What all sessions were told that is true of a folder for good. */
export interface Ledger {
  /** Subjects by folder and UID: a UID never means another message. */
  readonly subjects: Map<string, string>
  appended: number
}

/** One session that does random things and believes only what it is told. */
export class StressSession {
  readonly #chance: Chance
  readonly #folders: readonly string[]
  readonly #ledger: Ledger
  readonly view = new View()
  readonly said: string[] = []
  #client!: ImapClient
  #folder: string | undefined
  #writable = false

  constructor(chance: Chance, folders: readonly string[], ledger: Ledger) {
    this.#chance = chance
    this.#folders = folders
    this.#ledger = ledger
  }

  async open({ place, user, token }: Account): Promise<void> {
    this.#client = await ImapClient.signIn(place, user, token)
    this.#folder = undefined
  }

  drop(): void {
    this.#client.drop()
  }

  get folder(): string | undefined {
    return this.#folder
  }

  /** Does one thing. */
  async step(): Promise<void> {
    if (this.#folder === undefined || this.#chance.below(40) === 0) return this.#select()
    const number = this.#numbers()
    const to = this.#chance.of(this.#folders)
    const what = this.#chance.below(14)
    if (what === 0) return this.#run('NOOP', true)
    if (what <= 2) return this.#append(to)
    if (what === 3) return this.#idle()
    if (what === 4) return this.#run('UID SEARCH UNDELETED', true, false)
    if (number === undefined) return this.#run('CHECK', true)
    if (what === 5) return this.#run(`FETCH ${number} (UID FLAGS)`, false)
    if (what === 6) return this.#texts(number)
    if (what === 7) return this.#run(`SEARCH ${number} ${this.#chance.of(['SEEN', 'FLAGGED', 'KEYWORD work'])}`, false)
    if (!this.#writable) return this.#run(`COPY ${number} ${to}`, true)
    if (what === 8) return this.#run('EXPUNGE', true)
    if (what === 9 && this.view.messages.length > 20) return this.#run(`MOVE ${number} ${to}`, true)
    if (what === 10 && this.view.messages.length < 200) return this.#run(`COPY ${number} ${to}`, true)
    const flags = [this.#chance.of(FLAGS), this.#chance.of(FLAGS)]
    if (what === 11) return this.#silently(number, flags)
    return this.#run(`STORE ${number} ${this.#chance.of(['FLAGS', '+FLAGS', '-FLAGS'])} (${flags.join(' ')})`, false)
  }

  /** Hears everything that there is to be heard, then compares it with what a new session is told. */
  async agree(fresh: ImapClient): Promise<void> {
    if (this.#folder === undefined) return
    await this.#run('NOOP', true)
    const told = this.view.messages.map((it) => ({ ...it }))
    const truth = new View()
    truth.take(await fresh.run(`EXAMINE ${this.#folder}`), true)
    if (truth.messages.length > 0) truth.take(await fresh.run('FETCH 1:* (UID FLAGS)'), false)
    if (told.length !== truth.messages.length)
      throw new Error(`${told.length} messages were told of, and there are ${truth.messages.length}`)
    for (const [index, { uid, flags }] of told.entries()) {
      const really = truth.messages[index]!
      if (uid !== undefined && uid !== really.uid) throw new Error(`${index + 1} is UID ${really.uid}, not ${uid}`)
      if (flags !== undefined && flags !== really.flags)
        throw new Error(`UID ${really.uid} has (${really.flags}), and was told to have (${flags})`)
    }
  }

  async #silently(numbers: string, flags: readonly string[]): Promise<void> {
    const [from, to] = numbers.split(':').map(Number) as [number, number]
    this.view.added(from, to, flags)
    await this.#hear(`STORE ${numbers} +FLAGS.SILENT (${flags.join(' ')})`, false)
  }

  async #select(): Promise<void> {
    const folder = this.#chance.of(this.#folders)
    this.#writable = this.#chance.below(5) > 0
    this.#folder = undefined
    const command = `${this.#writable ? 'SELECT' : 'EXAMINE'} ${folder}`
    this.said.push(command)
    // RFC 3501 §6.3.1: what comes now is of the new folder.
    const answer = await this.#client.run(command)
    if (!answer.tagged.startsWith('OK')) throw new Error(answer.tagged)
    this.view.reset()
    this.view.take(answer, true)
    this.#folder = folder
    if (this.view.messages.length > 0) await this.#run('FETCH 1:* (UID FLAGS)', false)
  }

  async #append(folder: string): Promise<void> {
    const nth = (this.#ledger.appended += 1)
    const text = `Subject: letter ${nth}\r\n\r\nText of ${nth}\r\n`
    const answer = await this.#hear(`APPEND ${folder} (${this.#chance.of(FLAGS)}) {${text.length}+}\r\n${text}`, true)
    const uid = /\[APPENDUID \d+ (\d+)\]/.exec(answer.tagged)?.[1]
    if (uid === undefined) throw new Error(`APPEND: ${answer.tagged}`)
    this.#meet(folder, Number(uid), `letter ${nth}`)
  }

  async #idle(): Promise<void> {
    this.said.push('IDLE')
    await this.#client.idle()
    this.view.take(await this.#client.done(), true)
  }

  /** Texts of messages, each compared with what the same UID said before. */
  async #texts(numbers: string): Promise<void> {
    const answer = await this.#hear(`FETCH ${numbers} (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])`, false)
    for (const response of answer.untagged) {
      const uid = / UID (\d+)/.exec(response)?.[1]
      const subject = /Subject: ([^\r]*)/.exec(response)?.[1]
      if (uid !== undefined && subject !== undefined) this.#meet(this.#folder!, Number(uid), subject)
    }
  }

  #meet(folder: string, uid: number, subject: string): void {
    const key = `${folder} ${uid}`
    const before = this.#ledger.subjects.get(key)
    if (before !== undefined && before !== subject) throw new Error(`${key} was '${before}' and is '${subject}'`)
    this.#ledger.subjects.set(key, subject)
  }

  async #run(command: string, mayExpunge: boolean, numbers = true): Promise<void> {
    await this.#hear(command, mayExpunge, numbers)
  }

  async #hear(command: string, mayExpunge: boolean, numbers = true): Promise<Answer> {
    this.said.push(command.split('\r\n')[0]!)
    const answer = await this.#client.run(command)
    this.said.push(`    ${answer.untagged.filter((it) => /^\d/.test(it)).length} told, ${answer.tagged}`)
    const untagged = numbers ? answer.untagged : answer.untagged.filter((it) => !it.startsWith('SEARCH'))
    this.view.take({ ...answer, untagged }, mayExpunge)
    // RFC 2180 §4.1: what is gone for others, and not yet here, may be refused.
    if (answer.tagged.startsWith('BAD')) throw new Error(`${command}: ${answer.tagged}`)
    return answer
  }

  /** A few of the message numbers; nothing where there are none. */
  #numbers(): string | undefined {
    const count = this.view.messages.length
    if (count === 0) return undefined
    const from = 1 + this.#chance.below(count)
    const to = Math.min(count, from + this.#chance.below(4))
    return `${from}:${to}`
  }
}
