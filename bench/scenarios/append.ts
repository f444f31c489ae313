import type { ImapClient } from '../clients/imap.ts'
import { mixed } from '../corpus/corpus.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import { corpus } from '../population.ts'
import type { Scenario, Trial } from './scenario.ts'
import { expectCount, signIn } from './session.ts'

const LANES = 16
const FIRST = 30
const APART = 'APPEND, c=16, a mailbox each'
const TOGETHER = 'APPEND, c=16, one mailbox'
const ALONE = 'APPEND, c=1'

/** Messages that are durable when they are acknowledged. */
export const append: Scenario = {
  name: 'append',
  claims: () => [
    { label: APART, metric: 'cpu', atMost: 0.3 },
    { label: APART, metric: 'rate', timesBetter: 2 },
    { label: TOGETHER, metric: 'cpu' },
    { label: ALONE, metric: 'cpu' },
  ],
  async run(trial) {
    const office = corpus(3, mixed)
    const messages = Array.from({ length: 600 }, (_, index) => office.message(index))
    await lanes(trial, { label: APART, count: LANES, mailboxes: LANES, messages })
    await lanes(trial, { label: TOGETHER, count: LANES, mailboxes: 1, messages })
    await lanes(trial, { label: ALONE, count: 1, mailboxes: 1, messages })
  },
}

async function lanes(
  { target, plan, measured }: Trial,
  how: { label: string; count: number; mailboxes: number; messages: readonly Buffer[] },
): Promise<void> {
  const folder = `Added${Date.now().toString(36)}`
  const clients = await together(how.count, (lane) => signIn(target, FIRST + (lane % how.mailboxes)))
  const owners = clients.slice(0, how.mailboxes)
  await Promise.all(owners.map((client) => client.run(`CREATE ${folder}`)))
  await measured(how.label, async () => {
    let octets = 0
    const { operations, latencies } = await repeated({ lanes: how.count, seconds: plan.seconds }, (lane, round) => {
      const message = how.messages[(lane * 37 + round) % how.messages.length]!
      octets += message.length
      return timed(() => clients[lane]!.append(folder, [message]))
    })
    const held = await Promise.all(owners.map((client) => count(client, folder)))
    expectCount(
      'messages after APPEND',
      held.reduce((sum, it) => sum + it, 0),
      operations,
    )
    return { operations, latencies, octets }
  })
  await Promise.all(owners.map((client) => client.run(`DELETE ${folder}`)))
  await Promise.all(clients.map((client) => client.logout()))
}

async function count(client: ImapClient, folder: string): Promise<number> {
  const { lines } = await client.ask(`STATUS ${folder} (MESSAGES)`)
  return Number(/MESSAGES (\d+)/.exec(lines.join(' '))?.[1])
}
