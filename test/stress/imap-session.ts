import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import { type ImapReply, ImapClient } from '../support/imap-client.ts'
import { KEPT, type FolderFacts, type Suspect } from './folder-facts.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import { LiveResults } from './live-results.ts'
import { type Step, steps } from './steps.ts'
import { View } from './view.ts'

/** In whose words a session is told: RFC 7162, RFC 9586, RFC 5465. */
export const kinds = ['plain', 'plain', 'qresync', 'plain', 'notify', 'uidonly'] as const
export type Kind = (typeof kinds)[number]

export interface Account {
  readonly imap: Endpoint
  readonly pop3: Endpoint
  readonly submission: Endpoint
  readonly user: string
  readonly token: string
}

/** The parts of a session. */
export interface Parts {
  readonly nth: number
  readonly kind: Kind
  readonly chance: SeededRandom
  readonly folders: readonly string[]
  readonly facts: FolderFacts
}

/** Some of the messages, as a command names them. */
export interface Named {
  readonly set: string
  /** `UID ` before a command that takes UIDs. */
  readonly uid: 'UID ' | ''
  /** As far as they are known. */
  readonly uids: readonly number[]
  readonly count: number
}

const LAST_UID = 0xffff_ffff

const setUp: Readonly<Record<Kind, readonly string[]>> = {
  plain: [],
  qresync: ['ENABLE QRESYNC'],
  uidonly: ['ENABLE UIDONLY'],
  notify: [
    'NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (PERSONAL (MessageNew MessageExpunge))',
  ],
}

/** One session that does random things and believes only what it is told. */
export class ImapSession {
  readonly chance: SeededRandom
  readonly folders: readonly string[]
  readonly facts: FolderFacts
  readonly kind: Kind
  /** A keyword that nobody else sets in {@link KEPT}. */
  readonly keyword: string
  readonly view: View
  readonly live = new LiveResults()
  readonly said: string[] = []
  /** Messages that a command without an answer may have removed. */
  suspect: Suspect | undefined
  writable = false
  readonly #statuses = new Map<string, string>()
  #client: ImapClient | undefined
  #folder: string | undefined

  constructor({ nth, kind, chance, folders, facts }: Parts) {
    this.chance = chance
    this.folders = folders
    this.facts = facts
    this.kind = kind
    this.keyword = `own${nth}`
    this.view = new View(kind !== 'uidonly')
  }

  /** Signs in. A session with QRESYNC resumes its folder (RFC 7162 §3.2.5). */
  async open({ imap, user, token }: Account): Promise<void> {
    this.#client = await ImapClient.signIn(imap, user, token)
    this.suspect = undefined
    this.live.clear()
    this.#statuses.clear()
    const before = this.#folder
    this.#folder = undefined
    for (const command of setUp[this.kind]) {
      const answer = await this.#connected.run(command)
      if (!answer.tagged.startsWith('OK')) throw new Error(`${command}: ${answer.tagged}`)
      this.#takeStatuses(answer)
    }
    const { highestModSeq, allNamed } = this.view
    if (this.kind === 'qresync' && before !== undefined && highestModSeq > 0 && allNamed) await this.#resume(before)
  }

  drop(): void {
    this.#client?.drop()
  }

  get folder(): string | undefined {
    return this.#folder
  }

  /** Whether what is in the folder stays there. */
  get kept(): boolean {
    return this.#folder === KEPT
  }

  /** Does one thing. */
  async step(): Promise<void> {
    this.facts.commands += 1
    if (this.#folder === undefined || this.chance.below(40) === 0) return this.#select()
    if (this.view.unknown !== undefined && this.chance.below(4) === 0) return this.#learn()
    const possible = steps.filter((it) => this.#allows(it))
    let choice = this.chance.below(possible.reduce((sum, { weight }) => sum + weight, 0))
    const step = possible.find(({ weight }) => (choice -= weight) < 0)!
    await step.run(this)
    this.suspect = undefined
  }

  /** Some of the messages; those who cannot count on numbers name UIDs. */
  some(): Named {
    const { messages, uids } = this.view
    if (this.kind === 'uidonly' || this.kind === 'notify' || (uids.length > 0 && this.chance.below(3) === 0)) {
      const from = this.chance.below(uids.length)
      const chosen = uids.slice(from, from + 1 + this.chance.below(4))
      return { set: chosen.join(','), uid: 'UID ', uids: chosen, count: chosen.length }
    }
    const from = 1 + this.chance.below(messages.length)
    const to = Math.min(messages.length, from + this.chance.below(4))
    const chosen = messages.slice(from - 1, to).flatMap(({ uid }) => (uid === undefined ? [] : [uid]))
    return { set: `${from}:${to}`, uid: '', uids: chosen, count: to - from + 1 }
  }

  /** Where something may be put; seldom where it stays. */
  otherFolder(): string {
    const folder = this.chance.of(this.folders)
    return folder === KEPT && this.chance.below(6) > 0 ? this.folders[0]! : folder
  }

  /** `mayExpunge`: whether the command is one that may be answered with EXPUNGE. */
  async run(command: string, mayExpunge: boolean, numbers = true): Promise<ImapReply> {
    this.#note(command.split('\r\n')[0]!)
    const answer = await this.#connected.run(command)
    this.#note(`    ${answer.untagged.filter((it) => /^(\d|V)/.test(it)).length} told, ${answer.tagged}`)
    // RFC 2180 §4.1: what is gone for others, and not yet here, may be refused.
    if (answer.tagged.startsWith('BAD')) throw new Error(`${command.slice(0, 200)}: ${answer.tagged}`)
    this.#take(answer, mayExpunge, numbers)
    return answer
  }

  async idle(): Promise<void> {
    this.#note('IDLE')
    await this.#connected.idle()
    this.#take(await this.#connected.done(), true, true)
  }

  /** The folder is closed, and the client knows of none. */
  leave(): void {
    this.live.clear()
    // Nothing has changed the numbers that STATUS gave while the folder was selected.
    if (this.#folder !== undefined) this.#statuses.delete(this.#folder)
    this.#folder = undefined
  }

  /** Hears everything that there is to be heard, then compares it with what a new session is told. */
  async agree(fresh: ImapClient): Promise<void> {
    if (this.#folder === undefined) return
    await this.run('NOOP', true)
    const told = this.view.messages.map((it) => ({ ...it }))
    const truth = new View()
    truth.take(await fresh.run(`EXAMINE ${this.#folder}`), true)
    if (truth.messages.length > 0) truth.take(await fresh.run('FETCH 1:* (UID FLAGS)'), false)
    if (told.length !== truth.messages.length)
      throw new Error(`${told.length} messages were told of, and there are ${truth.messages.length}`)
    for (const [index, { uid, flags }] of told.entries()) {
      // Where there are no numbers, one that is known may stand before one that is not.
      const really = this.kind === 'uidonly' ? truth.named(uid) : truth.messages[index]
      if (really === undefined) throw new Error(`UID ${uid} is not there`)
      if (uid !== undefined && uid !== really.uid) throw new Error(`${index + 1} is UID ${really.uid}, not ${uid}`)
      if (flags !== undefined && flags !== really.flags)
        throw new Error(`UID ${really.uid} has (${really.flags}), and was told to have (${flags})`)
    }
    for (const { search, uids } of this.live.all) {
      const { untagged } = await fresh.run(`UID SEARCH ${search}`)
      const found = untagged
        .find((it) => it.startsWith('SEARCH'))!
        .split(' ')
        .slice(1)
      const told = [...uids].sort((a, b) => a - b).join(' ')
      if (told !== found.join(' ')) throw new Error(`${search} finds ${found.join(' ')}, and was told to find ${told}`)
    }
    for (const folder of this.#statuses.keys()) {
      if (folder === this.#folder) continue
      const { untagged } = await fresh.run(`STATUS ${folder} (MESSAGES)`)
      await this.#hears(folder, / \(MESSAGES (\d+)\)/.exec(untagged.join(' '))![1]!)
    }
  }

  /** RFC 5465: of other folders it is told when the client says nothing. */
  async #hears(folder: string, count: string): Promise<void> {
    for (let times = 0; this.#statuses.get(folder) !== count; times += 1) {
      const told = this.#statuses.get(folder)
      if (times === 50) throw new Error(`${folder} was told to have ${told} messages, and has ${count}`)
      await pause(20)
      await this.run('NOOP', true)
    }
  }

  get #connected(): ImapClient {
    if (!this.#client) throw new Error('The session is not open')
    return this.#client
  }

  #allows({ needs = 'anything' }: Step): boolean {
    if (needs === 'anything') return true
    const addressable = this.kind === 'uidonly' || this.kind === 'notify' ? this.view.uids : this.view.messages
    if (addressable.length === 0) return false
    if (needs === 'messages') return true
    if (!this.writable) return false
    return needs === 'kept' ? this.kept : !this.kept
  }

  async #select(): Promise<void> {
    const folder = this.chance.of(this.folders)
    this.writable = this.chance.below(5) > 0
    // RFC 5465 §5: what is told at any time would else be taken for news of the new folder.
    if (this.kind === 'notify' && this.#folder !== undefined) await this.run('UNSELECT', true)
    this.leave()
    const command = `${this.writable ? 'SELECT' : 'EXAMINE'} ${folder}`
    this.#note(command)
    // RFC 3501 §6.3.1: what comes now is of the new folder.
    const answer = await this.#connected.run(command)
    if (!answer.tagged.startsWith('OK')) throw new Error(answer.tagged)
    this.view.reset()
    this.#folder = folder
    this.#take(answer, true, true)
    // Numbers from before SELECT can be out of date from here on.
    this.#statuses.delete(folder)
    await this.#learn()
  }

  async #resume(folder: string): Promise<void> {
    const { uidValidity, highestModSeq, uids } = this.view
    // Of no others is anything told: those that are new are among them too.
    const known =
      this.chance.below(2) === 0 || uids.length === 0 ? '' : ` ${uids.join(',')},${uids.at(-1)! + 1}:${LAST_UID}`
    const command = `SELECT ${folder} (QRESYNC (${uidValidity} ${highestModSeq}${known}))`
    this.#note(command)
    this.writable = true
    const answer = await this.#connected.run(command)
    if (!answer.tagged.startsWith('OK')) throw new Error(answer.tagged)
    // Numbers are counted again: only what vanished, and then the UIDs, tell what is where.
    this.view.resume(answer)
    this.#note(`    ${answer.untagged.length} told, ${answer.tagged}`)
    this.#folder = folder
    this.#settleGone()
    await this.#learn()
  }

  /** Asks for UIDs and flags that are not known. */
  async #learn(): Promise<void> {
    const number = this.view.unknown
    if (number === undefined) return
    const uids = this.view.uids
    if (this.kind === 'plain' || this.kind === 'qresync') await this.run(`FETCH ${number}:* (UID FLAGS)`, false)
    else await this.run(`UID FETCH ${this.kind === 'uidonly' ? 1 : (uids.at(number - 2) ?? 0) + 1}:* (FLAGS)`, true)
  }

  #take(answer: ImapReply, mayExpunge: boolean, numbers: boolean): void {
    const untagged = numbers ? answer.untagged : answer.untagged.filter((it) => !it.startsWith('SEARCH'))
    this.#takeStatuses(answer)
    this.live.hear(answer.untagged)
    this.view.take({ ...answer, untagged }, mayExpunge || this.kind === 'notify')
    this.#settleGone()
  }

  #settleGone(): void {
    const { uids, unknown } = this.view.takeGone()
    if (this.#folder !== undefined) this.facts.gone(this.#folder, uids, unknown)
  }

  /** RFC 5465 §4: of folders that are not selected. */
  #takeStatuses({ untagged }: ImapReply): void {
    if (this.kind !== 'notify') return
    for (const response of untagged) {
      if (response.includes('[NOTIFICATIONOVERFLOW]')) throw new Error(response)
      const [, folder, count] = /^STATUS "?([^ "]+)"? \(.*MESSAGES (\d+)/.exec(response) ?? []
      if (folder !== undefined && this.folders.includes(folder)) this.#statuses.set(folder, count!)
    }
  }

  #note(text: string): void {
    this.said.push(text)
    if (this.said.length > 200) this.said.splice(0, 100)
  }
}
