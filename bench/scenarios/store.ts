import { Random } from '../corpus/random.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { FIRST_SMALL, READER, SMALL } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const told = (messages: number): string => `STORE 1:* of ${many(messages)}`
const silent = (messages: number): string => `STORE 1:* .SILENT of ${many(messages)}`

/** A flag on every message of a folder, and off again. */
export const storeAll: Scenario = {
  name: 'store-all',
  claims: ({ messages }) => [
    { label: told(messages), metric: 'p50', atMost: 10 },
    { label: silent(messages), metric: 'p50', atMost: 6 },
    { label: told(messages), metric: 'cpu' },
    { label: silent(messages), metric: 'cpu' },
  ],
  async run({ target, population, plan, measured }) {
    const { messages } = population.contents(READER, 'Mixed')
    const client = await signIn(target, READER)
    await open(client, 'SELECT', 'Mixed', messages)
    for (const [label, item, answers] of [
      [told(messages), 'FLAGS', messages],
      [silent(messages), 'FLAGS.SILENT', 0],
    ] as const) {
      await client.run('STORE 1:* -FLAGS.SILENT (\\Flagged)')
      await measured(label, async () => {
        const { operations, latencies } = await repeated({ lanes: 1, seconds: plan.seconds / 2 }, (_, round) =>
          timed(async () => {
            const reply = await client.run(`STORE 1:* ${round % 2 === 0 ? '+' : '-'}${item} (\\Flagged)`)
            expectCount('STORE', reply.untagged, answers)
          }),
        )
        const { lines } = await client.ask('SEARCH FLAGGED')
        const flagged = lines.join(' ').match(/\d+/g)?.length ?? 0
        expectCount('SEARCH FLAGGED', flagged, operations % 2 === 0 ? 0 : messages)
        return { operations: operations * messages, latencies }
      })
    }
    await client.logout()
  },
}

const LANES = 16
const APART = 'STORE of one message, c=16, a mailbox each'
const TOGETHER = 'STORE of one message, c=16, one mailbox'

/** A flag on one message, as people and programs set them; with Postern it is durable when it is acknowledged. */
export const storeOne: Scenario = {
  name: 'store-one',
  claims: () => [
    { label: APART, metric: 'cpu', atMost: 0.09 },
    { label: TOGETHER, metric: 'cpu' },
  ],
  async run({ target, plan, measured }) {
    for (const [label, mailboxes] of [
      [APART, LANES],
      [TOGETHER, 1],
    ] as const) {
      const clients = await together(LANES, async (lane) => {
        const client = await signIn(target, FIRST_SMALL + (lane % mailboxes))
        await open(client, 'SELECT', 'INBOX', SMALL)
        return client
      })
      const chances = clients.map((_, lane) => new Random(lane))
      await measured(label, () =>
        repeated({ lanes: LANES, seconds: plan.seconds }, (lane) => {
          const random = chances[lane]!
          const change = `${random.chance(0.5) ? '+' : '-'}FLAGS (\\Answered)`
          return timed(() => clients[lane]!.run(`STORE ${1 + random.below(SMALL)} ${change}`))
        }),
      )
      await Promise.all(clients.map((client) => client.logout()))
    }
  },
}
