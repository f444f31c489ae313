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
    await lists(trial)
    await values(trial)
  },
}

/** Opens connections for some work. The server closes those that are idle while it comes to rest between two. */
async function withClients<T>({ target }: Trial, work: (clients: readonly HttpsClient[]) => Promise<T>): Promise<T> {
  const clients = await together(LANES, () => HttpsClient.open(target.places.https!))
  try {
    return await work(clients)
  } finally {
    clients.forEach((client) => client.close())
  }
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

async function lists(trial: Trial): Promise<void> {
  const { plan, measured, population } = trial
  const folder = plan.large === 0 ? 'Mixed' : 'Large'
  const { messages: size } = population.contents(READER, folder)
  const path = await withClients(trial, ([client]) => messagesIn(trial, client!, folder))
  for (const [name, filter] of Object.entries(filters)) {
    const counted = `${path}/$count${asked({ $filter: filter })}`
    const count = Number(await withClients(trial, ([client]) => get(trial, client!, counted)))
    const late = Math.max(0, count - 2 * PAGE)
    for (const [page, skip] of [
      ['first page', 0],
      ['a late page', late],
    ] as const) {
      const query = asked({ $select: FIELDS, $top: String(PAGE), $skip: String(skip), $filter: filter })
      const list = async (client: HttpsClient) => {
        const { value } = JSON.parse(await get(trial, client, `${path}${query}`)) as { value: Message[] }
        expectCount('messages of a page', value.length, Math.min(PAGE, count - skip))
      }
      await withClients(trial, ([client]) => list(client!))
      await measured(listLabel(size, name, page), () =>
        withClients(trial, (clients) =>
          repeated({ lanes: LANES, seconds: plan.seconds }, (lane) => timed(() => list(clients[lane]!))),
        ),
      )
    }
  }
}

async function values(trial: Trial): Promise<void> {
  const { plan, measured } = trial
  const ids = await withClients(trial, async ([client]) => {
    const path = await messagesIn(trial, client!, 'Mixed')
    const { value } = JSON.parse(await get(trial, client!, `${path}?$top=200&$select=id`)) as { value: Message[] }
    return value.map(({ id }) => encodeURIComponent(id))
  })
  let next = 0
  await measured(VALUE, () =>
    withClients(trial, (clients) =>
      repeated({ lanes: LANES, seconds: plan.seconds }, (lane) =>
        timed(() => get(trial, clients[lane]!, `/messages/${ids[next++ % ids.length]!}/$value`)),
      ),
    ),
  )
}

const asked = (options: Readonly<Record<string, string>>): string => {
  const given = Object.entries(options).filter(([, value]) => value !== '')
  return given.length === 0 ? '' : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}
