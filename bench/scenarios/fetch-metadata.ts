import { repeated, timed } from '../measure/repeat.ts'
import type { Plan } from '../plan.ts'
import { READER } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const ITEMS = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'
const folders = ({ messages, large }: Plan): readonly { folder: string; label: string }[] => [
  { folder: 'Mixed', label: `FETCH metadata of ${many(messages)}` },
  ...(large === 0 ? [] : [{ folder: 'Large', label: `FETCH metadata of ${many(large)} short messages` }]),
]

/** What a client asks for that shows a list of messages. */
export const fetchMetadata: Scenario = {
  name: 'fetch-metadata',
  claims: (plan) => folders(plan).map(({ label }) => ({ label, metric: 'cpu', atMost: 0.0015 })),
  async run({ target, population, plan, measured }) {
    for (const { folder, label } of folders(plan)) {
      const { messages } = population.contents(READER, folder)
      const client = await signIn(target, READER)
      await open(client, 'EXAMINE', folder, messages)
      await measured(label, async () => {
        const before = client.octets
        const { operations, latencies } = await repeated({ lanes: 1, seconds: plan.seconds }, () =>
          timed(async () => expectCount('FETCH', (await client.run(`FETCH 1:* ${ITEMS}`)).untagged, messages)),
        )
        return { operations: operations * messages, latencies, octets: client.octets - before }
      })
      await client.logout()
    }
  },
}
