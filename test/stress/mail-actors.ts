import { LineClient } from '../support/line-client.ts'
import type { Account } from './imap-session.ts'
import type { FolderFacts, Suspect } from './folder-facts.ts'
import { holdsLetter, letterOf, letterText } from './letters.ts'
import type { SeededRandom } from '../support/seeded-random.ts'

/** Somebody beside the IMAP sessions, who does one whole thing at a time. */
export interface Actor {
  /** Messages that a command without an answer may have removed. */
  readonly suspect: Suspect | undefined
  act(account: Account): Promise<void>
}

/** Reads the inbox over POP3, and takes some of it away. */
export class Drain implements Actor {
  readonly #chance: SeededRandom
  readonly #facts: FolderFacts
  suspect: Suspect | undefined

  constructor(chance: SeededRandom, facts: FolderFacts) {
    this.#chance = chance
    this.#facts = facts
  }

  async act({ pop3, user, token }: Account): Promise<void> {
    this.suspect = undefined
    const client = await LineClient.pop3(pop3, user, token)
    try {
      await asked(client, 'UIDL')
      const uids = (await client.lines()).split('\r\n').filter(Boolean).map(uidOf)
      const taken: number[] = []
      for (let times = Math.min(4, uids.length); times > 0; times -= 1) {
        const at = this.#chance.below(uids.length)
        // Somebody else may have removed it meanwhile.
        if (!(await client.ask(`RETR ${at + 1}`)).startsWith('+OK')) continue
        this.#compare(uids[at]!, await client.lines())
        if (uids.length < 10 || taken.includes(uids[at]!)) continue
        await asked(client, `DELE ${at + 1}`)
        taken.push(uids[at]!)
        break
      }
      this.suspect = { folder: 'INBOX', uids: taken }
      await asked(client, 'QUIT')
      this.#facts.gone('INBOX', taken)
      this.#facts.commands += 8
    } finally {
      client.drop()
    }
  }

  #compare(uid: number, text: string): void {
    const nth = letterOf(/^Subject: ([^\r]*)/m.exec(text)?.[1] ?? '')
    if (nth === undefined || !holdsLetter(text, nth)) throw new Error(`'${text.slice(0, 200)}' was never written`)
    this.#facts.meet('INBOX', uid, nth)
  }
}

/** `1 0000000100000007`: the folder's UIDVALIDITY and the UID. */
const uidOf = (line: string): number => Number.parseInt(line.slice(-8), 16)

/** Sends letters over SMTP, to the inbox that everybody is at, and to one of which nobody takes anything. */
export class Sender implements Actor {
  readonly suspect = undefined
  readonly #facts: FolderFacts
  readonly #other: string
  /** Letters that were taken, and one that may have been. */
  readonly taken = new Set<number>()

  constructor(facts: FolderFacts, other: string) {
    this.#facts = facts
    this.#other = other
  }

  async act({ submission, user, token }: Account): Promise<void> {
    const client = await LineClient.smtp(submission, user, token)
    try {
      for (let count = 0; count < 4; count += 1) {
        const nth = (this.#facts.letters += 1)
        const answer = await client.deliver(user, [user, this.#other], `From: <${user}>\r\n${letterText(nth)}`)
        if (!answer.startsWith('250')) throw new Error(`a delivery: ${answer}`)
        this.taken.add(nth)
        this.#facts.commands += 5
      }
    } finally {
      client.drop()
    }
  }

  /** Compares with the letters that the other inbox really holds. */
  check(letters: readonly number[]): void {
    const found = new Set(letters)
    if (found.size !== letters.length) throw new Error(`${this.#other} has a letter twice`)
    const lost = [...this.taken].filter((nth) => !found.has(nth))
    if (lost.length > 0) throw new Error(`letters ${lost.join(' ')} to ${this.#other} were taken and are lost`)
  }
}

async function asked(client: LineClient, command: string): Promise<void> {
  const answer = await client.ask(command)
  if (!answer.startsWith('+OK')) throw new Error(`${command}: ${answer}`)
}
