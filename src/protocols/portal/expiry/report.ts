import type { AppId, Guid, TenantId } from '../../../core/ids.ts'
import { DAY, isoDate } from '../../../core/time.ts'
import type { MailboxUse, SignInProtocol, TryAfterEnd } from '../../../domain/audit/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'

export interface ExpiringRequest {
  readonly days: number
  readonly appId: string | undefined
}

type ReportDeps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** A credential that ends soon, or that has ended and is still shown, with what hangs on it. Times in milliseconds. */
export interface Expiring {
  readonly keyId: Guid
  readonly kind: 'secret' | 'certificate'
  readonly displayName: string | undefined
  readonly hint: string
  readonly ends: number
  readonly app: { readonly id: Guid; readonly appId: Guid; readonly displayName: string }
  /** When a token was last given for it. */
  readonly lastUsed: number | undefined
  /** The requests refused to it since, within the period of the report. */
  readonly triesAfterEnd: { readonly count: number; readonly last: number } | undefined
  readonly outlivedBy: Successor | undefined
  readonly mailboxes: readonly HangingMailbox[]
}

/** Another credential of the same app, which lasts longer: for ever, where it is an outside issuer's word. */
interface Successor {
  readonly kind: 'secret' | 'certificate' | 'federated'
  readonly keyId: Guid
  /** A secret's first characters, a certificate's thumbprint, a federated credential's name. */
  readonly hint: string
  readonly ends: number | undefined
  readonly lastUsed: number | undefined
}

/** A mailbox that the app may open, or that it opened for the person who owns it. */
interface HangingMailbox {
  readonly address: string
  /** Whether the app itself has FullAccess. */
  readonly permitted: boolean
  /** The latest first. */
  readonly uses: readonly { readonly protocol: SignInProtocol; readonly last: number }[]
}

/** Which mail programs stop within so many days, and which have stopped and go on trying; the earliest first. */
export async function expiring(
  deps: ReportDeps,
  tenant: TenantId,
  request: ExpiringRequest,
): Promise<readonly Expiring[]> {
  const now = deps.world.now()
  const span = request.days * DAY
  const isAsked = ({ appId }: { readonly appId: AppId }) =>
    request.appId === undefined || appId === request.appId.toLowerCase()
  await deps.signIns.settled()
  const apps = new Apps(deps, tenant)
  const tries = (await deps.signIns.triesAfterEnd(tenant, now - span)).filter(isAsked)
  const found = [...(await endedAndTried(apps, tries, now)), ...(await endingSoon(deps, tenant, now, span))]
  const reported: Expiring[] = []
  for (const { appId, credential, tried } of found.filter(isAsked)) {
    const app = await apps.find(appId)
    if (!app) continue
    const outlivedBy = await successor(deps, tenant, { app, credential, now })
    reported.push({
      ...credential,
      app,
      lastUsed: await deps.signIns.lastUse(credential.keyId),
      triesAfterEnd: tried && { count: tried.tries, last: tried.last },
      outlivedBy,
      mailboxes: await apps.mailboxes(appId),
    })
  }
  return reported.sort((a, b) => a.ends - b.ends)
}

type Credential = Pick<Expiring, 'keyId' | 'kind' | 'displayName' | 'hint' | 'ends'>

interface Found {
  readonly appId: AppId
  readonly credential: Credential
  readonly tried: TryAfterEnd | undefined
}

async function endingSoon({ directory }: ReportDeps, tenant: TenantId, now: number, span: number): Promise<Found[]> {
  const ending = await directory.apps.credentialsEnding(tenant, { from: now + 1, until: now + span + 1 })
  return ending.map(({ app: { appId }, ...credential }) => ({ appId, credential, tried: undefined }))
}

/** Of a secret that was refused nobody knows which one it was, so the one that ended last is taken for it. */
async function endedAndTried(apps: Apps, tries: readonly TryAfterEnd[], now: number): Promise<Found[]> {
  const found = new Map<Guid, Found>()
  for (const tried of tries) {
    const { appId, keyId } = tried
    const app = await apps.find(appId)
    const ended = app ? credentialsOf(app).filter(({ ends }) => ends <= now) : []
    const credential = keyId
      ? ended.find((one) => one.keyId === keyId)
      : ended.filter(({ kind }) => kind === 'secret').sort((a, b) => b.ends - a.ends)[0]
    if (!credential) continue
    const before = found.get(credential.keyId)?.tried
    const all = before
      ? { ...tried, tries: tried.tries + before.tries, last: Math.max(tried.last, before.last) }
      : tried
    found.set(credential.keyId, { appId, credential, tried: all })
  }
  return [...found.values()]
}

/** The one that lasts longest of those that are good already and end later. */
async function successor(
  { directory, signIns }: ReportDeps,
  tenant: TenantId,
  { app, credential, now }: { app: App; credential: Credential; now: number },
): Promise<Successor | undefined> {
  const [federated] = await directory.apps.federatedCredentials(tenant, app.id)
  const [other] = credentialsOf(app)
    .filter(({ starts, ends }) => starts <= now && ends > Math.max(now, credential.ends))
    .sort((a, b) => b.ends - a.ends)
  if (other) {
    const { kind, keyId, hint, ends } = other
    return { kind, keyId, hint, ends, lastUsed: await signIns.lastUse(keyId) }
  }
  return (
    federated && {
      kind: 'federated',
      keyId: federated.id,
      hint: federated.name,
      ends: undefined,
      lastUsed: await signIns.lastUse(federated.id),
    }
  )
}

const credentialsOf = (app: App): (Credential & { readonly starts: number })[] => [
  ...app.secrets.map((secret) => ({ ...secret, kind: 'secret' as const })),
  ...app.certificates.map(({ keyId, displayName, sha1, starts, ends }) => ({
    keyId,
    displayName,
    hint: sha1,
    starts,
    ends,
    kind: 'certificate' as const,
  })),
]

/** An app may have several credentials that end: it is looked up once. */
class Apps {
  readonly #deps: ReportDeps
  readonly #tenant: TenantId
  readonly #found = new Map<AppId, Promise<App | undefined>>()
  readonly #mailboxes = new Map<AppId, Promise<readonly HangingMailbox[]>>()

  constructor(deps: ReportDeps, tenant: TenantId) {
    this.#deps = deps
    this.#tenant = tenant
  }

  find(appId: AppId): Promise<App | undefined> {
    const found = this.#found.get(appId) ?? this.#deps.directory.apps.find(this.#tenant, { appId })
    this.#found.set(appId, found)
    return found
  }

  mailboxes(appId: AppId): Promise<readonly HangingMailbox[]> {
    const found = this.#mailboxes.get(appId) ?? hangingOn(this.#deps, this.#tenant, appId)
    this.#mailboxes.set(appId, found)
    return found
  }
}

/** The mailboxes that hang on an app: those it may open, and those it opened for somebody. */
async function hangingOn(
  { directory, signIns }: ReportDeps,
  tenant: TenantId,
  appId: AppId,
): Promise<readonly HangingMailbox[]> {
  const principal = await directory.exchange.findByAppId(tenant, appId)
  const permitted = principal ? await directory.mailboxes.openTo(tenant, principal.guid) : []
  const found = new Map(
    permitted.map(({ primarySmtpAddress: address }) => [address, { address, permitted: true, uses: [] as Use[] }]),
  )
  const uses = await signIns.mailboxUses(tenant, appId)
  for (const [given, ofAddress] of Map.groupBy(uses, ({ mailbox }) => mailbox)) {
    // An address that names no mailbox any more stops for another reason.
    const mailbox = await directory.mailboxes.findByAddress(tenant, given)
    if (!mailbox) continue
    const address = mailbox.primarySmtpAddress
    const known = found.get(address) ?? { address, permitted: false, uses: [] as Use[] }
    found.set(address, known)
    for (const { protocol, at } of ofAddress) add(known.uses, { protocol, last: at })
  }
  return [...found.values()].sort((a, b) => lastOf(b) - lastOf(a))
}

type Use = { readonly protocol: MailboxUse['protocol']; readonly last: number }

/** A mailbox may have been opened by several of its addresses. */
function add(uses: Use[], use: Use): void {
  const known = uses.findIndex(({ protocol }) => protocol === use.protocol)
  if (known === -1) uses.push(use)
  else if (uses[known]!.last < use.last) uses[known] = use
  uses.sort((a, b) => b.last - a.last)
}

const lastOf = ({ uses }: HangingMailbox): number => uses[0]?.last ?? 0

/** Mailboxes that are named; of more only the number is told. */
const NAMED = 5

/** Returns one or two sentences that say what stops and when. */
export function inWords(it: Expiring, now: number): string {
  const ended = it.ends <= now
  const stops = `${ended ? 'Stopped' : 'Stops'} on ${isoDate(it.ends)}`
  const { outlivedBy } = it
  if (outlivedBy && isInUse(outlivedBy, it)) {
    return `Nothing stops: ${theOther(outlivedBy)} is in use, and lasts ${until(outlivedBy)}.${tries(it)}`
  }
  const unless = outlivedBy
    ? `${ended ? '; what it needs is' : ', unless the program is given'} ${theOther(outlivedBy)}, which lasts ${until(outlivedBy)}`
    : ''
  return `${stops}${unless}: ${hanging(it)}.${tries(it)}`
}

/** An app that fetched its last token with the other credential has already changed over. */
const isInUse = (other: Successor, { lastUsed = 0, triesAfterEnd }: Expiring): boolean =>
  other.lastUsed !== undefined && other.lastUsed >= Math.max(lastUsed, triesAfterEnd?.last ?? 0)

const names: Readonly<Record<Successor['kind'], string>> = {
  secret: 'the secret',
  certificate: 'the certificate',
  federated: 'the federated credential',
}

const theOther = ({ kind, hint }: Successor): string => `${names[kind]} ${shortly(kind, hint)}`

const until = ({ ends }: Successor): string => (ends === undefined ? 'without an end' : `until ${isoDate(ends)}`)

function hanging({ mailboxes, lastUsed, kind }: Expiring): string {
  if (mailboxes.length === 0) {
    const used = lastUsed === undefined ? 'was not used yet' : `was last used on ${isoDate(lastUsed)}`
    return `no mailbox hangs on it; the ${kind} ${used}`
  }
  const named = mailboxes.slice(0, NAMED).map(mailboxInWords).join(', ')
  return mailboxes.length > NAMED ? `${named} and ${mailboxes.length - NAMED} more` : named
}

function mailboxInWords({ address, uses }: HangingMailbox): string {
  const [latest] = uses
  return latest
    ? `${address} (last opened on ${isoDate(latest.last)} over ${latest.protocol})`
    : `${address} (not opened yet)`
}

const tries = ({ triesAfterEnd }: Expiring): string =>
  triesAfterEnd
    ? ` It was still shown ${triesAfterEnd.count === 1 ? 'once' : `${triesAfterEnd.count} times`}, last on ${isoDate(triesAfterEnd.last)}.`
    : ''

/** `secret xY9…` */
export const credentialInWords = ({ kind, hint, displayName }: Expiring): string =>
  `${kind} ${shortly(kind, hint)}${displayName === undefined ? '' : ` (${displayName})`}`

const shortly = (kind: Successor['kind'], hint: string): string =>
  kind === 'federated' ? `'${hint}'` : `${hint.slice(0, 8)}…`
