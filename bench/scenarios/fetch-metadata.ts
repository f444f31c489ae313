import { repeated, timed } from '../measure/repeat.ts'
import { READER } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const ITEMS = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'
const labelOf = (messages: number): string => `FETCH metadata of ${many(messages)}`

/** What a client asks for that shows a list of messages. */
export const fetchMetadata: Scenario = {
  name: 'fetch-metadata',
  claims: ({ messages, large }) => [
    { label: labelOf(messages), metric: 'cpu' },
    ...(large === 0 ? [] : [{ label: labelOf(large), metric: 'cpu', atMost: 0.0015 } as const]),
  ],
  async run({ target, population, plan, measured }) {
    for (const folder of plan.large === 0 ? ['Mixed'] : ['Mixed', 'Large']) {
      const { messages } = population.contents(READER, folder)
      const client = await signIn(target, READER)
      await open(client, 'EXAMINE', folder, messages)
      await measured(labelOf(messages), async () => {
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
