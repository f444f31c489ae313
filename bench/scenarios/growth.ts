import { light } from '../corpus/corpus.ts'
import { Random } from '../corpus/random.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { corpus, GROWER, growthFolder } from '../population.ts'
import type { ImapClient } from '../clients/imap.ts'
import type { Scenario } from './scenario.ts'
import { ask, searchBody, searchSubject, sortSubject, threadReferences } from './search.ts'
import { expectCount, many, open, signIn } from './session.ts'

const WINDOW = 100

/** An operation on a folder of some size. Resolves to the milliseconds of the measured part. */
interface Step {
  readonly name: string
  run(client: ImapClient, messages: number, random: Random): Promise<number>
}

const notes = corpus(6, light)

const steps: readonly Step[] = [
  {
    name: 'SELECT',
    run: async (client, messages) => {
      await client.run('UNSELECT')
      return timed(() => open(client, 'SELECT', growthFolder(messages), messages))
    },
  },
  {
    name: 'FETCH FLAGS of 100',
    run: (client, messages, random) => {
      const first = 1 + random.below(messages - WINDOW + 1)
      return timed(async () => {
        const { untagged } = await client.run(`FETCH ${first}:${first + WINDOW - 1} (FLAGS)`)
        expectCount('FETCH', untagged, WINDOW)
      })
    },
  },
  {
    name: 'STORE of one',
    run: (client, messages, random) =>
      timed(() =>
        client.run(`STORE ${1 + random.below(messages)} ${random.chance(0.5) ? '+' : '-'}FLAGS (\\Answered)`),
      ),
  },
  {
    name: 'SEARCH SUBJECT',
    run: (client, messages) => timed(() => ask(client, searchSubject(messages))),
  },
  {
    name: 'SEARCH BODY',
    run: (client, messages) => timed(() => ask(client, searchBody(messages))),
  },
  {
    name: 'SORT SUBJECT',
    run: (client, messages) => timed(() => ask(client, sortSubject(messages))),
  },
  {
    name: 'THREAD REFERENCES',
    run: (client, messages) => timed(() => ask(client, threadReferences(messages))),
  },
  {
    name: 'STATUS from outside',
    run: async (client, messages) => {
      await client.run('UNSELECT')
      const latency = await timed(async () => {
        const { lines } = await client.ask(`STATUS ${growthFolder(messages)} (MESSAGES UNSEEN UIDNEXT)`)
        expectCount('STATUS', Number(/MESSAGES (\d+)/.exec(lines.join(' '))?.[1]), messages)
      })
      await open(client, 'SELECT', growthFolder(messages), messages)
      return latency
    },
  },
  {
    name: 'what changed since a mark, of 100',
    run: async (client, messages, random) => {
      const first = 1 + random.below(messages - WINDOW + 1)
      const window = `${first}:${first + WINDOW - 1}`
      await client.run(`STORE ${window} -FLAGS.SILENT (\\Answered)`)
      const { lines } = await client.ask(`STATUS ${growthFolder(messages)} (HIGHESTMODSEQ)`)
      const mark = /HIGHESTMODSEQ (\d+)/.exec(lines.join(' '))![1]!
      await client.run(`STORE ${window} +FLAGS.SILENT (\\Answered)`)
      return timed(async () => {
        const { untagged } = await client.run(`UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${mark})`)
        expectCount('CHANGEDSINCE', untagged, WINDOW)
      })
    },
  },
  {
    name: 'STORE of all, silently',
    run: async (client, _, random) =>
      timed(() => client.run(`STORE 1:* ${random.chance(0.5) ? '+' : '-'}FLAGS.SILENT (\\Flagged)`)),
  },
  {
    name: 'APPEND and EXPUNGE of one',
    run: (client, messages) =>
      timed(async () => {
        await client.append(growthFolder(messages), [notes.message(0)], { flags: '\\Deleted' })
        expectCount('EXPUNGE', (await client.ask('EXPUNGE')).lines.filter((it) => it.endsWith(' EXPUNGE')).length, 1)
      }),
  },
]

export const growthLabel = (step: string, messages: number): string => `${step}, folder of ${many(messages)}`
export const growthSteps: readonly string[] = steps.map(({ name }) => name)

/** The same work in folders of growing size: what an index is for. */
export const growth: Scenario = {
  name: 'growth',
  claims: () => [],
  async run({ target, plan, measured }) {
    for (const messages of plan.growth) {
      const client = await signIn(target, GROWER)
      await open(client, 'SELECT', growthFolder(messages), messages)
      for (const step of steps) {
        const random = new Random(messages)
        await measured(growthLabel(step.name, messages), () =>
          repeated({ lanes: 1, seconds: plan.seconds / 2 }, () => step.run(client, messages, random)),
        )
      }
      await client.logout()
    }
  },
}
