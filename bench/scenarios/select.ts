import { memoryOf } from '../measure/process-tree.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { READER } from '../population.ts'
import type { Plan } from '../plan.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const folderOf = (plan: Plan) => (plan.large === 0 ? 'Mixed' : 'Large')
const sizeOf = ({ large, messages }: Plan) => large || messages
const restarted = (plan: Plan): string => `SELECT of ${many(sizeOf(plan))} after a restart`
const inNewSession = (plan: Plan): string => `SELECT of ${many(sizeOf(plan))} in a new session`
const again = (plan: Plan): string => `SELECT of ${many(sizeOf(plan))} again in a session`
const held = (plan: Plan): string => `Memory with ${many(sizeOf(plan))} selected and their flags fetched`

/** The large folder is opened: by the first who asks, by the next, and again; only SELECT itself is timed. */
export const select: Scenario = {
  name: 'select',
  claims: (plan) => [
    { label: restarted(plan), metric: 'p50', atMost: 3 },
    { label: inNewSession(plan), metric: 'p50', atMost: 0.5 },
    { label: again(plan), metric: 'p50' },
    { label: held(plan), metric: 'memory', atMost: 150, timesBetter: 0 },
  ],
  async run({ target, plan, population, measured }) {
    const folder = folderOf(plan)
    const { messages } = population.contents(READER, folder)

    await target.restart()
    const client = await signIn(target, READER)
    await measured(restarted(plan), async () => {
      const latency = await timed(() => open(client, 'SELECT', folder, messages))
      return { operations: 1, latencies: [latency] }
    })
    await measured(held(plan), async () => {
      expectCount('FETCH', (await client.run('FETCH 1:* (FLAGS)')).untagged, messages)
      return { operations: messages, memory: memoryOf(target.pid) / 1e6 }
    })
    await measured(again(plan), () =>
      repeated({ lanes: 1, seconds: plan.seconds / 2 }, async () => {
        await client.run('UNSELECT')
        return timed(() => open(client, 'SELECT', folder, messages))
      }),
    )
    await client.logout()

    await measured(inNewSession(plan), () =>
      repeated({ lanes: 1, seconds: plan.seconds / 2 }, async () => {
        const next = await signIn(target, READER)
        const latency = await timed(() => open(next, 'SELECT', folder, messages))
        await next.logout()
        return latency
      }),
    )
  },
}
