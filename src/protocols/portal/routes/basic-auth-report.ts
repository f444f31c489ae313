import { DAY, isoDateTime } from '../../../core/time.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import { refuse } from '../../../core/refusal.ts'
import { administratorRoute } from '../administrator.ts'
import {
  type BasicProgram,
  basicProtocols,
  basicUses,
  type BasicUsesRequest,
  programsOf,
  protocolNames,
} from '../basic-auth/report.ts'
import { replacementOf } from '../basic-auth/replacement.ts'
import { momentOf } from '../basic-auth/terms.ts'
import type { PortalDeps } from '../deps.ts'

const DEFAULT_DAYS = 90
const MOST_DAYS = 3650
/** The resource whose permissions let apps into mailboxes. */
const EXCHANGE = 'https://outlook.office365.com'

/** `Get-BasicAuthReport`, in the caller's tenant. */
export const basicAuthReportRoute = (deps: PortalDeps): Route =>
  administratorRoute(deps, 'GET /postern/v1/basic-auth-report', async (request, { tenant }) => {
    const uses = await basicUses(deps, tenant, asked(request, deps.world.now()))
    const exchange = await deps.directory.servicePrincipals.findResource(tenant, EXCHANGE)
    const shown = (program: BasicProgram) => {
      const { words, commands } = replacementOf(program, tenant, exchange)
      return { ...inWords(program), replacement: words, commands }
    }
    return { status: 200, body: { value: programsOf(uses).map(shown) } }
  })

function asked({ query }: HttpRequest, now: number): BasicUsesRequest {
  const since = query.get('since')
  const days = query.get('days') ?? (since === null ? String(DEFAULT_DAYS) : String(daysSince(since, now)))
  if (since !== null && query.has('days')) refuse('bad-syntax', 'It is asked for so many days, or since a date.')
  if (!/^\d{1,4}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS) {
    const expected =
      since === null
        ? `The number of days is one from 1 to ${MOST_DAYS}.`
        : `The date is today or within the last ${MOST_DAYS} days.`
    refuse('bad-syntax', expected)
  }
  return { days: Number(days), mailbox: query.get('mailbox') ?? undefined, protocol: protocolOf(query.get('protocol')) }
}

/** Uses are counted by day, in UTC: today is one. */
const daysSince = (since: string, now: number): number => Math.floor(now / DAY) - Math.floor(momentOf(since) / DAY) + 1

function protocolOf(word: string | null) {
  if (word === null) return undefined
  const found = Object.entries(basicProtocols).find(([name]) => name === word)
  return found?.[1] ?? refuse('bad-syntax', `The protocol is one of ${Object.keys(basicProtocols).join(', ')}.`)
}

const inWords = ({ protocols, last, ...program }: BasicProgram) => ({
  ...program,
  protocol: protocols.map((protocol) => protocolNames[protocol]).join(', '),
  lastUsedDateTime: isoDateTime(last),
})
