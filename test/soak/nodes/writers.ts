import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../../bench/clients/endpoint.ts'
import { ImapClient } from '../../support/imap-client.ts'
import { LineClient } from '../../support/line-client.ts'
import { letterOf } from '../../stress/letters.ts'
import { changeFlag, FOLDERS, IDLE, refused, type Desk, type Writer } from '../writers.ts'

/** The most messages whose flags one STORE changes, of those that are looked at. */
const TOGETHER = 8
const LOOKED_AT = 400
/** Milliseconds after which a session knows every message of its folder: with lost notices, 10 s. */
const LATE = 15_000
/** The most messages that one POP3 session removes. */
const REMOVED = 40
/** Milliseconds between two attempts to open a maildrop that is in use. */
const IN_USE = 250

/** Sets and removes a flag of messages in one mailbox. */
export const flagger =
  (nth: number): Writer =>
  async ({ imap, token, accounts, chance, over, patience, acknowledged }) => {
    const { address, record } = accounts[nth]!
    using client = await ImapClient.signIn(imap, address, token, patience)
    const firstIgnored = new Map<number, number>()
    for (;;) {
      const folder = chance.of(FOLDERS)
      await client.run(`SELECT ${folder}`)
      for (let times = 0; times < 20; times++) {
        over?.throwIfAborted()
        const settled = record.settled(folder, LOOKED_AT)
        const from = chance.below(Math.max(1, settled.length))
        const chosen = settled.slice(from, from + 1 + chance.below(TOGETHER))
        if (chosen.length === 0) {
          await pause(IDLE)
          continue
        }
        const isSet = chance.below(2) === 0
        record.attemptFlag(lettersOf(chosen))
        const told = await changeFlag(client, chosen, isSet)
        const ignored = chosen.filter((message) => !told.includes(message))
        record.flagged(lettersOf(told), isSet)
        record.leftFlag(lettersOf(ignored))
        acknowledged(told.length)
        for (const { letter } of ignored) {
          const since = firstIgnored.get(letter) ?? performance.now()
          firstIgnored.set(letter, since)
          if (performance.now() - since > LATE) throw new Error(`Message ${letter} is still unknown to a session`)
        }
      }
    }
  }

const lettersOf = (messages: readonly { readonly letter: number }[]) => messages.map(({ letter }) => letter)

/** The POP3 server, and how long a maildrop was in use after its session was lost. */
export interface PopDesk {
  readonly pop3: Endpoint
  /** Called with the milliseconds for which a maildrop stayed locked. */
  readonly locked: (milliseconds: number) => void
}

/** Removes messages of one mailbox by POP3, session after session. */
export const popper = (nth: number, { pop3, locked }: PopDesk) => {
  const waiting: { since: number | undefined } = { since: undefined }
  return async (desk: Desk): Promise<never> => {
    const { address } = desk.accounts[nth]!
    for (;;) {
      desk.over?.throwIfAborted()
      const client = await LineClient.pop3(pop3, address, desk.token).catch((thrown: Error) => {
        if (!thrown.message.includes('IN-USE')) throw thrown
      })
      waiting.since ??= performance.now()
      if (!client) {
        await pause(IN_USE)
        continue
      }
      using opened = client
      locked(performance.now() - waiting.since)
      waiting.since = undefined
      await removeSome(opened, nth, desk)
    }
  }
}

async function removeSome(client: LineClient, nth: number, desk: Desk): Promise<void> {
  const { record } = desk.accounts[nth]!
  const ask = async (command: string) => {
    const answer = await client.ask(command)
    if (!answer.startsWith('+OK')) refused(command, answer)
    return answer
  }
  const count = Number(/\+OK (\d+)/.exec(await ask('STAT'))?.[1])
  const letters: number[] = []
  for (let number = 1; number <= Math.min(count, 1 + desk.chance.below(REMOVED)); number++) {
    await ask(`TOP ${number} 0`)
    const letter = letterOf(/^Subject: ([^\r]*)/m.exec(await client.lines())?.[1] ?? '')
    if (letter === undefined) throw new Error(`Message ${number} of the maildrop was never sent`)
    await ask(`DELE ${number}`)
    letters.push(letter)
  }
  if (count === 0) await pause(IDLE)
  record.attemptRemoval(letters)
  await ask('QUIT')
  record.removed(letters)
  desk.acknowledged(letters.length)
}
