import { Random } from '../corpus/random.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { FIRST_SMALL, SMALL } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { open, signIn } from './session.ts'

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
