import { HttpsClient } from '../clients/https.ts'
import { repeated, timed, together } from '../measure/repeat.ts'
import type { Plan } from '../plan.ts'
import { READER } from '../population.ts'
import { userName } from '../targets/target.ts'
import type { Scenario, Trial } from './scenario.ts'
import { expectCount, many } from './session.ts'

/** The requests that run beside each other; Graph allows 4 to one mailbox. */
const LANES = 4
const PAGE = 50
const FIELDS = 'id,subject,from,receivedDateTime,isRead'

/** Each matches most of the messages, so that a page is full. */
const filters = {
  'no filter': '',
  unread: 'isRead eq false',
  'no attachments': 'hasAttachments eq false',
  'not flagged': "flag/flagStatus eq 'notFlagged'",
  'received since': 'receivedDateTime ge 2000-01-01T00:00:00Z',
  'without a category': "not(categories/any(c:c eq 'Red'))",
} as const

const VALUE = `Graph $value, c=${LANES} over TLS`
const listLabel = (size: number, filter: string, page: string): string =>
  `Graph, ${PAGE} of ${many(size)} messages, ${filter}, ${page}`
const labels = (plan: Plan): readonly string[] => {
  const size = plan.large || plan.messages
  return Object.keys(filters).flatMap((filter) => [
    listLabel(size, filter, 'first page'),
    listLabel(size, filter, 'a late page'),
  ])
}

/** Lists of messages with the fields that a program shows, and messages as MIME. */
export const graph: Scenario = {
  name: 'graph',
  claims: (plan) => labels(plan).map((label) => ({ label, metric: 'p50', atMost: 30, timesBetter: 0 })),
  async run(trial) {
    const { target, plan, left } = trial
    if (!target.graphToken) {
      return [...labels(plan), VALUE].forEach((label) => left(label, 'It has no Graph'))
    }
    const clients = await together(LANES, () => HttpsClient.open(target.places.https!))
    try {
      await lists(trial, clients)
      await values(trial, clients)
    } finally {
      clients.forEach((client) => client.close())
    }
  },
}

interface Message {
  readonly id: string
}

const get = async ({ target }: Trial, client: HttpsClient, path: string): Promise<string> => {
  const url = `/v1.0/users/${userName(READER)}${path}`
  const { status, body } = await client.ask('GET', url, { Authorization: `Bearer ${target.graphToken!()}` })
  if (status !== 200) throw new Error(`GET ${url}: ${status} ${body}`)
  return body
}

/** The path of the messages of a folder. */
async function messagesIn(trial: Trial, client: HttpsClient, folder: string): Promise<string> {
  const filter = encodeURIComponent(`displayName eq '${folder}'`)
  const { value } = JSON.parse(await get(trial, client, `/mailFolders?$filter=${filter}`)) as { value: Message[] }
  return `/mailFolders/${encodeURIComponent(value[0]!.id)}/messages`
}

async function lists(trial: Trial, clients: readonly HttpsClient[]): Promise<void> {
  const { plan, measured, population } = trial
  const folder = plan.large === 0 ? 'Mixed' : 'Large'
  const { messages: size } = population.contents(READER, folder)
  const path = await messagesIn(trial, clients[0]!, folder)
  for (const [name, filter] of Object.entries(filters)) {
    const count = Number(await get(trial, clients[0]!, `${path}/$count${asked({ $filter: filter })}`))
    const late = Math.max(0, count - 2 * PAGE)
    for (const [page, skip] of [
      ['first page', 0],
      ['a late page', late],
    ] as const) {
      const query = asked({ $select: FIELDS, $top: String(PAGE), $skip: String(skip), $filter: filter })
      const list = async (lane: number) => {
        const { value } = JSON.parse(await get(trial, clients[lane]!, `${path}${query}`)) as { value: Message[] }
        expectCount('messages of a page', value.length, Math.min(PAGE, count - skip))
      }
      await list(0)
      await measured(listLabel(size, name, page), () =>
        repeated({ lanes: LANES, seconds: plan.seconds }, (lane) => timed(() => list(lane))),
      )
    }
  }
}

async function values(trial: Trial, clients: readonly HttpsClient[]): Promise<void> {
  const { plan, measured } = trial
  const path = await messagesIn(trial, clients[0]!, 'Mixed')
  const { value } = JSON.parse(await get(trial, clients[0]!, `${path}?$top=200&$select=id`)) as { value: Message[] }
  let next = 0
  await measured(VALUE, () =>
    repeated({ lanes: LANES, seconds: plan.seconds }, (lane) =>
      timed(() =>
        get(trial, clients[lane]!, `/messages/${encodeURIComponent(value[next++ % value.length]!.id)}/$value`),
      ),
    ),
  )
}

const asked = (options: Readonly<Record<string, string>>): string => {
  const given = Object.entries(options).filter(([, value]) => value !== '')
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}
