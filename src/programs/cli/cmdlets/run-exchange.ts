import { setTimeout as waited } from 'node:timers/promises'
import type { Reply } from '../client.ts'
import { jsonOf, refused } from '../reply.ts'
import { pathOfNext } from '../next-page.ts'
import type { Session } from '../connection/session.ts'

/** Runs an Exchange cmdlet over `InvokeCommand` and gathers every page: contract/exchange-admin §9. */
export async function runExchange(
  session: Session,
  { name, values, warn }: { name: string; values: Readonly<Record<string, unknown>>; warn: (text: string) => void },
): Promise<readonly object[]> {
  const body = JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: wireValues(values) } })
  const headers = { 'content-type': 'application/json', prefer: 'odata.maxpagesize=1000', 'x-cmdletname': name }
  const objects: object[] = []
  let path: string | undefined = `/adminapi/beta/${encodeURIComponent(session.tenant)}/InvokeCommand`
  while (path !== undefined) {
    const question = { verb: 'POST', path, headers, body } as const
    const reply = await patiently(() => session.ask('exchange', question))
    if (reply.status !== 200 && reply.status !== 204) return refused(reply)
    const answer = jsonOf(reply)
    for (const text of (answer['@adminapi.warnings'] ?? []) as unknown[]) warn(String(text))
    objects.push(...((answer.value ?? []) as object[]))
    const next = answer['@odata.nextLink']
    path = typeof next === 'string' ? pathOfNext(next, session.origin) : undefined
  }
  return objects
}

const wireValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wireValue(value)]))

/** How often what was not done for want of room is asked for again, and how many seconds lie between at most. */
const [MOST_TRIES, LONGEST_WAIT] = [6, 30]

/** contract/exchange-admin §9.4: 429 says when to come again. */
async function patiently(ask: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    const reply = await ask()
    if (reply.status !== 429 || tries === MOST_TRIES) return reply
    await waited(1000 * Math.min(LONGEST_WAIT, Number(reply.headers['retry-after']) || 0))
  }
}

/** JSON has no infinity: `Unlimited` is the word for it. A list that is given whole travels as that. */
function wireValue(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'Unlimited'
  return typeof value === 'object' && value !== null && 'replace' in value ? value.replace : value
}
