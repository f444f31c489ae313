import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import { ImapClient } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { letterText, numbersIn } from '../stress/letters.ts'
import type { MailboxRecord } from './record.ts'

/** Folders that messages are in. */
export const FOLDERS = ['INBOX', 'Archive'] as const
/** The most messages that one APPEND or MOVE names. */
const TOGETHER = 24
const FEW = 6

/** A mailbox that is written to, and what was acknowledged about it. */
export interface Account {
  readonly address: string
  readonly record: MailboxRecord
}

/** The tools of a writer. */
export interface Desk {
  readonly imap: Endpoint
  readonly submission: Endpoint
  readonly token: string
  readonly accounts: readonly Account[]
  readonly chance: SeededRandom
  /** The number of a message that does not exist yet. */
  readonly next: () => number
  /** Messages that the server has acknowledged just now. */
  readonly acknowledged: (count: number) => void
  /** Aborted when the writers are to end before their next command. */
  readonly over?: AbortSignal
  /** Milliseconds that an IMAP client waits for an answer. */
  readonly patience?: number
}

/** Milliseconds between two looks of a writer that has nothing to do. */
export const IDLE = 20

/** The server answered with another word than OK. */
export class Refused extends Error {}

/** Works until the connection ends, or something is refused. */
export type Writer = (desk: Desk) => Promise<never>

/** Appends messages to one mailbox, several with one command. */
export const appender =
  (nth: number): Writer =>
  async ({ imap, token, accounts, chance, next, acknowledged, over, patience }) => {
    const { address, record } = accounts[nth]!
    using client = await ImapClient.signIn(imap, address, token, patience)
    for (;;) {
      over?.throwIfAborted()
      const folder = chance.of(FOLDERS)
      const letters = Array.from({ length: 1 + chance.below(TOGETHER) }, next)
      record.attempt(letters)
      const literals = letters.map((letter) => letterText(letter)).map((text) => `{${text.length}+}\r\n${text}`)
      const { tagged } = await client.run(`APPEND ${folder} ${literals.join(' ')}`)
      const uids = numbersIn(/^OK \[APPENDUID \d+ (\S+)\]/.exec(tagged)?.[1] ?? refused('APPEND', tagged))
      for (const [at, letter] of letters.entries()) record.accept(letter, folder, uids[at])
      acknowledged(letters.length)
    }
  }

/** Submits messages from one mailbox to some of several, itself among them. */
export const deliverer =
  (from: number, to: readonly number[]): Writer =>
  async ({ submission, token, accounts, chance, next, acknowledged, over }) => {
    using client = await LineClient.smtp(submission, accounts[from]!.address, token)
    for (;;) {
      over?.throwIfAborted()
      const first = chance.below(to.length)
      const recipients = to.slice(first, first + 1 + chance.below(3)).map((nth) => accounts[nth]!)
      const letter = next()
      for (const { record } of recipients) record.attempt([letter])
      const text = `From: <${accounts[from]!.address}>\r\n${letterText(letter)}`
      const answer = await client.deliver(
        accounts[from]!.address,
        recipients.map(({ address }) => address),
        text,
      )
      if (!answer.startsWith('250')) refused('DATA', answer)
      for (const { record } of recipients) record.accept(letter, 'INBOX')
      acknowledged(1)
    }
  }

/** Flags, moves and removes messages of a mailbox that another writer appends to. */
export const arranger =
  (nth: number): Writer =>
  async ({ imap, token, accounts, chance, over, patience }) => {
    const { address, record } = accounts[nth]!
    using client = await ImapClient.signIn(imap, address, token, patience)
    const run = async (command: string) => {
      const answer = await client.run(command)
      if (!answer.tagged.startsWith('OK')) refused(command, answer.tagged)
      return answer
    }
    await run('SELECT INBOX')
    for (;;) {
      over?.throwIfAborted()
      const settled = record.settled('INBOX', TOGETHER)
      const chosen = await changeFlag(client, settled.slice(0, 1 + chance.below(FEW)), true)
      const letters = chosen.map(({ letter }) => letter)
      const set = chosen.map(({ uid }) => uid).join(',')
      if (chosen.length === 0) {
        await run('NOOP')
        await pause(IDLE)
        continue
      }
      record.flagged(letters)
      if (chance.below(3) === 0) {
        record.attemptRemoval(letters)
        await run(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`)
        await run(`UID EXPUNGE ${set}`)
        record.removed(letters)
      } else {
        record.attemptMove(letters)
        const { untagged, tagged } = await run(`UID MOVE ${set} Archive`)
        const told = [...untagged, tagged].find((line) => line.includes('[COPYUID'))
        const [, from, to] = /\[COPYUID \d+ (\S+) (\S+)\]/.exec(told ?? '') ?? refused('MOVE', tagged)
        const [sources, targets] = [numbersIn(from!), numbersIn(to!)]
        for (const [at, uid] of sources.entries()) {
          const letter = chosen.find((it) => it.uid === uid)!.letter
          record.moved(letter, 'Archive', targets[at]!)
        }
      }
    }
  }

/**
 * Sets or removes `\\Flagged`. Returns the messages whose flags the server told: RFC 3501 §6.4.8: it ignores UIDs that
 * the session has not heard of, for example those that another node gave just now.
 */
export async function changeFlag<M extends { readonly uid: number }>(
  client: ImapClient,
  messages: readonly M[],
  isSet: boolean,
): Promise<readonly M[]> {
  if (messages.length === 0) return []
  const command = `UID STORE ${messages.map(({ uid }) => uid).join(',')} ${isSet ? '+' : '-'}FLAGS (\\Flagged)`
  const { untagged, tagged } = await client.run(command)
  if (!tagged.startsWith('OK')) refused(command, tagged)
  const told = new Set(untagged.map((line) => Number(/ FETCH \(.*\bUID (\d+)/.exec(line)?.[1])))
  return messages.filter(({ uid }) => told.has(uid))
}

export function refused(command: string, answer: string): never {
  throw new Refused(`${command.slice(0, 60)} was answered with '${answer}'`)
}
