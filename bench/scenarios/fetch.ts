import type { ImapClient } from '../clients/imap.ts'
import type { Work } from '../measure/measure.ts'
import { repeated, timed } from '../measure/repeat.ts'
import type { Plan } from '../plan.ts'
import { type Contents, READER } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

const ONE = 'FETCH bodies, one command'
const SECURE = 'FETCH bodies, one command, over TLS'
const EACH = 'FETCH bodies, a command each, 32 ahead'
const AHEAD = 32

/** Every octet of every message in a folder. */
export const fetchBodies: Scenario = {
  name: 'fetch-bodies',
  claims: () => [
    { label: ONE, metric: 'cpu', atMost: 0.02 },
    { label: EACH, metric: 'cpu' },
    { label: SECURE, metric: 'cpu' },
  ],
  async run({ target, population, measured }) {
    const contents = population.contents(READER, 'Mixed')
    const kinds = [
      { label: ONE, secure: false, fetch: inOneCommand },
      { label: EACH, secure: false, fetch: oneByOne },
      { label: SECURE, secure: true, fetch: inOneCommand },
    ]
    for (const { label, secure, fetch } of kinds) {
      const client = await signIn(target, READER, { secure })
      await open(client, 'EXAMINE', 'Mixed', contents.messages)
      await measured(label, () => whole(client, contents, fetch))
      await client.logout()
    }
  },
}

async function whole(
  client: ImapClient,
  { messages, octets }: Contents,
  fetch: (client: ImapClient, messages: number) => Promise<number>,
): Promise<Work> {
  const [octetsBefore, literalsBefore] = [client.octets, client.literalOctets]
  expectCount('FETCH', await fetch(client, messages), messages)
  expectCount('octets of FETCH', client.literalOctets - literalsBefore, octets)
  return { operations: messages, octets: client.octets - octetsBefore }
}

const inOneCommand = async (client: ImapClient): Promise<number> =>
  (await client.run('UID FETCH 1:* (BODY.PEEK[])')).untagged

async function oneByOne(client: ImapClient, messages: number): Promise<number> {
  const under: Promise<{ untagged: number }>[] = []
  let answers = 0
  for (let number = 1; number <= messages; number += 1) {
    under.push(client.run(`FETCH ${number} (BODY.PEEK[])`))
    if (under.length >= AHEAD) answers += (await under.shift()!).untagged
  }
  for (const rest of under) answers += (await rest).untagged
  return answers
}

const ITEMS = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'
const folders = ({ messages, large }: Plan): readonly { folder: string; label: string }[] => [
  { folder: 'Mixed', label: `FETCH metadata of ${many(messages)}` },
  ...(large === 0 ? [] : [{ folder: 'Large', label: `FETCH metadata of ${many(large)} short messages` }]),
]

/** Fetches the data that a client needs for a list of messages. */
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
