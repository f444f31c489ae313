import { DAY, isoDateTime } from '../../../core/time.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'
import { credentialInWords, type Expiring, expiring, type ExpiringRequest, inWords } from '../expiry/report.ts'

const DEFAULT_DAYS = 30
/** Longer than the longest-lived secret; a date that far off is still one. */
const MOST_DAYS = 36_500

/** `Get-ExpiringCredential`, in the caller's tenant. */
export const expiringRoute = (deps: PortalDeps): Route =>
  administratorRoute(deps, 'GET /postern/v1/expiring-credentials', async (request, { tenant }) => {
    const found = await expiring(deps, tenant, requested(request))
    const now = deps.world.now()
    return { status: 200, body: { value: found.map((it) => shown(it, now)) } }
  })

function requested({ query }: HttpRequest): ExpiringRequest {
  const days = query.get('days') ?? String(DEFAULT_DAYS)
  if (!/^\d{1,5}$/.test(days) || Number(days) > MOST_DAYS) {
    refuse('bad-syntax', `The number of days is one from 0 to ${MOST_DAYS}.`)
  }
  const appId = query.get('appId') ?? undefined
  if (appId !== undefined && !isGuid(appId)) refuse('bad-syntax', 'The appId is no GUID.')
  return { days: Number(days), appId }
}

const shown = (it: Expiring, now: number) => ({
  endDateTime: isoDateTime(it.ends),
  daysLeft: Math.floor((it.ends - now) / DAY),
  appDisplayName: it.app.displayName,
  appId: it.app.appId,
  applicationId: it.app.id,
  credential: credentialInWords(it),
  kind: it.kind,
  displayName: it.displayName ?? null,
  hint: it.hint,
  keyId: it.keyId,
  lastUsedDateTime: instantOrNull(it.lastUsed),
  triesAfterEnd: it.triesAfterEnd
    ? { count: it.triesAfterEnd.count, lastDateTime: isoDateTime(it.triesAfterEnd.last) }
    : null,
  outlivedBy: it.outlivedBy
    ? {
        kind: it.outlivedBy.kind,
        keyId: it.outlivedBy.keyId,
        endDateTime: instantOrNull(it.outlivedBy.ends),
        lastUsedDateTime: instantOrNull(it.outlivedBy.lastUsed),
      }
    : null,
  mailboxes: it.mailboxes.map(({ address, permitted, uses }) => ({
    address,
    permitted,
    lastOpenedDateTime: instantOrNull(uses[0]?.last),
    uses: uses.map(({ protocol, last }) => ({ protocol, lastDateTime: isoDateTime(last) })),
  })),
  summary: inWords(it, now),
})

const instantOrNull = (at: number | undefined): string | null => (at === undefined ? null : isoDateTime(at))
