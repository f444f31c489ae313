import { setTimeout as pause } from 'node:timers/promises'
import type { ImapClient } from '../clients/imap.ts'
import { mixed } from '../corpus/corpus.ts'
import { timed } from '../measure/repeat.ts'
import { corpus, READER } from '../population.ts'
import { ask, type Question, searchBody, searchSubject } from './search.ts'
import type { Scenario, Trial } from './scenario.ts'
import { many, open, signIn } from './session.ts'

const NEW = 1000
const BATCH = 100
/** Milliseconds after which a server has begun with what it does once nobody writes. */
const BEGUN = 2000

const kinds = [searchSubject, searchBody]
const APPENDED = `APPEND of ${many(NEW)}, and what is made for SEARCH behind it`
const afterArrival = ({ label }: Question): string => `${label} in ${many(NEW)} that have just come`
const afterRestart = ({ label }: Question, messages: number): string =>
  `${label} in ${many(messages)}, the first after a restart`

/** Measures the first search of a client, and the work ahead that makes it cheap. */
export const searchFirst: Scenario = {
  name: 'search-first',
  claims: ({ messages }) => [
    { label: APPENDED, metric: 'cpu' },
    ...kinds.map((kind) => ({ label: afterArrival(kind(NEW)), metric: 'p50' as const })),
    ...kinds.map((kind) => ({ label: afterRestart(kind(messages), messages), metric: 'p50' as const })),
  ],
  async run(trial) {
    const office = corpus(1, mixed)
    const messages = Array.from({ length: NEW }, (_, index) => office.message(index))
    await arrived(trial, messages)
    await restarted(trial)
  },
}

async function arrived({ target, measured }: Trial, messages: readonly Buffer[]): Promise<void> {
  const client = await signIn(target, READER)
  const folder = `Came${Date.now().toString(36)}`
  const add = async () => {
    await client.run(`CREATE ${folder}`)
    await fill(client, folder, messages)
  }
  for (const kind of kinds) {
    await measured(afterArrival(kind(NEW)), async () => {
      await add()
      await open(client, 'EXAMINE', folder, NEW)
      const latency = await timed(() => ask(client, kind(NEW)))
      await client.run('UNSELECT')
      return { operations: 1, latencies: [latency] }
    })
    await client.run(`DELETE ${folder}`)
  }
  await measured(APPENDED, async () => {
    await add()
    await pause(BEGUN)
    return { operations: NEW }
  })
  await client.run(`DELETE ${folder}`)
  await client.logout()
}

async function restarted({ target, population, measured }: Trial): Promise<void> {
  const { messages } = population.contents(READER, 'Mixed')
  for (const kind of kinds) {
    await target.restart()
    const client = await signIn(target, READER)
    await open(client, 'EXAMINE', 'Mixed', messages)
    await measured(afterRestart(kind(messages), messages), async () => {
      const latency = await timed(() => ask(client, kind(messages)))
      return { operations: 1, latencies: [latency] }
    })
    await client.logout()
  }
}

async function fill(client: ImapClient, folder: string, messages: readonly Buffer[]): Promise<void> {
  const step = (await client.capabilities()).has('MULTIAPPEND') ? BATCH : 1
  for (let start = 0; start < messages.length; start += step) {
    await client.append(folder, messages.slice(start, start + step))
  }
}
