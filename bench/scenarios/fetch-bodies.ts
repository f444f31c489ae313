import type { ImapClient } from '../clients/imap.ts'
import type { Work } from '../measure/measure.ts'
import { type Contents, READER } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, open, signIn } from './session.ts'

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
