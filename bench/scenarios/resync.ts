import type { ImapClient } from '../clients/imap.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { READER } from '../population.ts'
import type { Plan } from '../plan.ts'
import type { Scenario, Trial } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const CHANGED = 100
const sizeOf = ({ large, messages }: Plan) => large || messages
const quick = (plan: Plan): string => `SELECT with QRESYNC, 100 changes in ${many(sizeOf(plan))}`
const since = (plan: Plan): string => `FETCH CHANGEDSINCE, 100 changes in ${many(sizeOf(plan))}`
const flags = (plan: Plan): string => `UID FETCH 1:* FLAGS of ${many(sizeOf(plan))}`

/** A client comes back and asks what has changed; one without such an extension looks at all flags. */
export const resync: Scenario = {
  name: 'resync',
  claims: (plan) => [
    { label: quick(plan), metric: 'p50', atMost: 3 },
    { label: since(plan), metric: 'p50', atMost: 3 },
    { label: flags(plan), metric: 'cpu' },
  ],
  async run(trial) {
    const { target, plan, population } = trial
    const folder = plan.large === 0 ? 'Mixed' : 'Large'
    const { messages } = population.contents(READER, folder)
    const client = await signIn(target, READER)
    const capabilities = await client.capabilities()
    if (capabilities.has('CONDSTORE')) await changes(trial, client, folder, messages)
    else trial.left(since(plan), 'CONDSTORE is not offered')
    if (!capabilities.has('QRESYNC')) trial.left(quick(plan), 'QRESYNC is not offered')

    await open(client, 'SELECT', folder, messages)
    await trial.measured(flags(plan), async () => {
      const { operations, latencies } = await repeated({ lanes: 1, seconds: plan.seconds / 2 }, () =>
        timed(async () => expectCount('FETCH', (await client.run('UID FETCH 1:* (FLAGS)')).untagged, messages)),
      )
      return { operations: operations * messages, latencies }
    })
    await client.logout()
  },
}

async function changes(
  { target, plan, measured }: Trial,
  client: ImapClient,
  folder: string,
  messages: number,
): Promise<void> {
  const step = Math.max(1, Math.floor(messages / CHANGED))
  const changed = Array.from({ length: Math.min(CHANGED, messages) }, (_, index) => 1 + index * step).join()
  await open(client, 'SELECT', folder, messages)
  await client.run(`STORE ${changed} -FLAGS.SILENT (\\Answered)`)
  const { validity, modseq } = await stateOf(client, folder)
  await client.run(`STORE ${changed} +FLAGS.SILENT (\\Answered)`)

  await measured(since(plan), () =>
    repeated({ lanes: 1, seconds: plan.seconds / 2 }, () =>
      timed(async () => {
        const { untagged } = await client.run(`UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${modseq})`)
        expectCount('CHANGEDSINCE', untagged, Math.min(CHANGED, messages))
      }),
    ),
  )
  if (!(await client.capabilities()).has('QRESYNC')) return
  await measured(quick(plan), () =>
    repeated({ lanes: 1, seconds: plan.seconds / 2 }, async () => {
      const next = await signIn(target, READER)
      await next.run('ENABLE QRESYNC')
      const latency = await timed(async () => {
        const { lines } = await next.ask(`SELECT ${folder} (QRESYNC (${validity} ${modseq}))`)
        const told = lines.filter((line) => line.includes(' FETCH (')).length
        expectCount('QRESYNC', told, Math.min(CHANGED, messages))
      })
      await next.logout()
      return latency
    }),
  )
}

async function stateOf(client: ImapClient, folder: string): Promise<{ validity: string; modseq: string }> {
  const { lines } = await client.ask(`SELECT ${folder} (CONDSTORE)`)
  const all = lines.join('\n')
  return { validity: /UIDVALIDITY (\d+)/.exec(all)![1]!, modseq: /HIGHESTMODSEQ (\d+)/.exec(all)![1]! }
}
