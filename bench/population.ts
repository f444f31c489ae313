import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ImapClient } from './clients/imap.ts'
import { Corpus, type CorpusProfile, light, mixed } from './corpus/corpus.ts'
import { imapDate } from './corpus/header.ts'
import type { Plan } from './plan.ts'
import { type Target, userName } from './targets/target.ts'

export interface Contents {
  readonly messages: number
  /** Of all of them together. */
  readonly octets: number
}

/** A folder as it has to be before anything is measured. */
interface Stock {
  readonly user: number
  readonly folder: string
  readonly messages: number
  readonly corpus: Corpus
  /** The corpus' message that comes first. */
  readonly from: number
}

export const READER = 0
export const GROWER = 1
/** The mailboxes whose INBOX is a maildrop of the mixed profile. */
export const MAILDROPS = 8
/** The mailboxes whose INBOX has 200 light messages: `FIRST_SMALL` and the nineteen after it. */
export const FIRST_SMALL = 8
export const SMALL_INBOXES = 20
export const SMALL = 200
export const growthFolder = (messages: number): string => `Grown${messages}`

export const corpus = (seed: number, profile: CorpusProfile): Corpus => new Corpus(seed, profile)

function stocks({ messages, large, maildrop, growth }: Plan): Stock[] {
  const [office, notes] = [corpus(1, mixed), corpus(2, light)]
  const inboxes = (first: number, count: number, stock: Pick<Stock, 'messages' | 'corpus'>): Stock[] =>
    Array.from({ length: count }, (_, index) => ({
      user: first + index,
      folder: 'INBOX',
      from: 20_000 + index * stock.messages,
      ...stock,
    }))
  return [
    { user: READER, folder: 'Mixed', messages, corpus: office, from: 0 },
    ...(large === 0 ? [] : [{ user: READER, folder: 'Large', messages: large, corpus: notes, from: 0 }]),
    ...growth.map((size) => ({ user: GROWER, folder: growthFolder(size), messages: size, corpus: notes, from: 0 })),
    ...inboxes(0, MAILDROPS, { messages: maildrop, corpus: office }),
    ...inboxes(FIRST_SMALL, SMALL_INBOXES, { messages: SMALL, corpus: notes }),
  ]
}

/** Records the content of a target's folders beside its data, so that no folder is filled twice. */
export class Population {
  readonly #contents: Record<string, Contents>
  readonly #file: string

  private constructor(target: Target) {
    this.#file = path.join(target.folder, 'population.json')
    this.#contents = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, Contents>)
      : {}
  }

  /** Fills what is missing, if it is to be `filled` at all. */
  static async of(
    target: Target,
    plan: Plan,
    { tell, filled }: { tell: (text: string) => void; filled: boolean },
  ): Promise<Population> {
    const population = new Population(target)
    for (const stock of filled ? stocks(plan) : []) {
      const key = keyOf(stock.user, stock.folder)
      if (population.#contents[key]?.messages === stock.messages) continue
      tell(`${target.name}: ${stock.messages} messages for ${userName(stock.user)} ${stock.folder}`)
      population.#contents[key] = { messages: stock.messages, octets: await fill(target, stock) }
      writeFileSync(population.#file, JSON.stringify(population.#contents))
    }
    return population
  }

  contents(user: number, folder: string): Contents {
    const contents = this.#contents[keyOf(user, folder)]
    if (!contents) throw new Error(`${userName(user)} has no folder ${folder}`)
    return contents
  }
}

const keyOf = (user: number, folder: string): string => `${user} ${folder}`

/** Makes the folder again and adds its messages; four of five hundreds are seen. Resolves to their octets. */
async function fill(target: Target, stock: Stock): Promise<number> {
  const client = await ImapClient.signIn(target.places.imap, userName(stock.user), target.token(stock.user))
  const step = (await client.capabilities()).has('MULTIAPPEND') ? 100 : 1
  await empty(client, stock.folder)
  let octets = 0
  let sent: Promise<unknown> = Promise.resolve()
  for (let done = 0; done < stock.messages; done += step) {
    const count = Math.min(step, stock.messages - done)
    const messages = Array.from({ length: count }, (_, index) => stock.corpus.message(stock.from + done + index))
    octets += messages.reduce((sum, message) => sum + message.length, 0)
    const flags = Math.floor(done / 100) % 5 === 0 ? '' : '\\Seen'
    const adding = client.append(stock.folder, messages, {
      flags,
      date: imapDate(stock.corpus.date(stock.from + done)),
    })
    await sent
    sent = adding
  }
  await sent
  const { lines } = await client.ask(`STATUS ${stock.folder} (MESSAGES)`)
  if (!lines.some((line) => line.includes(`MESSAGES ${stock.messages})`))) throw new Error(`Filled: ${lines.join(' ')}`)
  await client.logout()
  return octets
}

async function empty(client: ImapClient, folder: string): Promise<void> {
  if (folder === 'INBOX') {
    const { lines } = await client.ask('SELECT INBOX')
    if (!lines.includes('* 0 EXISTS')) await client.run('STORE 1:* +FLAGS.SILENT (\\Deleted)')
    await client.run('CLOSE')
    return
  }
  await client.run(`DELETE ${folder}`).catch(() => undefined)
  await client.run(`CREATE ${folder}`)
}
