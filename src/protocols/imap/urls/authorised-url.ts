import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MailboxLease } from '../../../access/types.ts'
import { type MessageUrl, readMessageUrl, type UrlAccess } from '../../../codecs/imap/url.ts'
import { decodeStructure } from '../../../codecs/mime/structure.ts'
import type { ServicePrincipalId, Uid } from '../../../core/ids.ts'
import type { Folder, Mailbox, Message } from '../../../domain/mail/types.ts'
import type { ClientConnection, ClientDialect } from '../conversation/session-contracts.ts'
import type { ImapDeps } from '../deps.ts'
import { type OctetRange, pickFields, sectionRange } from '../fetching/section.ts'
import type { SignedInClient, StateAt } from '../state.ts'

/** The content of an authorised URL. */
export interface RedeemedUrl {
  readonly mailbox: Mailbox
  readonly behind: UrlContent
}

/** A URL that was checked, except for its verifier. */
interface PresentedUrl extends MessageUrl {
  readonly user: string
  readonly path: string
  readonly access: UrlAccess
  readonly token: string
}

/** The content that a URL names. */
export interface UrlContent {
  /** The number of octets, or an upper bound. */
  readonly most: number
  /** The range of the octets; undefined for selected header fields. */
  readonly range: (OctetRange & Pick<Message, 'blob'>) | undefined
  read(): Promise<Buffer>
}

/** Resolves the URLs of one URLFETCH. It holds leases on mailboxes until {@link release}. */
export class UrlRedemption {
  readonly #session: ClientConnection
  readonly #state: StateAt<'signed-in' | 'selected'>
  /** By author and mailbox: one access decision, with one record, serves several URLs. */
  readonly #leases = new Map<string, MailboxLease>()

  constructor(session: ClientConnection, state: StateAt<'signed-in' | 'selected'>) {
    this.#session = session
    this.#state = state
  }

  /** RFC 4467 §6: undefined for any invalid URL; the client does not learn what is wrong. */
  async redeem(text: string): Promise<RedeemedUrl | undefined> {
    const { client, mailbox: own } = this.#state
    const url = presentedUrl(text, hostnamesOf(this.#session.deps))
    if (!url || !isFor(url.access, client, this.#session.deps.world.now())) return undefined
    const mailbox = same(url.user, client.address) ? own : (await this.#leased(url))?.mailbox
    const folder = await mailbox?.folder(url.path)
    if (!mailbox || !folder || !(await isAuthorised(mailbox, url))) return undefined
    const behind = await findUrlContent(mailbox, url, folder)
    return behind && { mailbox, behind }
  }

  release(): void {
    for (const lease of this.#leases.values()) lease.giveBack()
  }

  /** A lease on the mailbox with the current rights of the app that authorised the URL. */
  async #leased(url: PresentedUrl): Promise<MailboxLease | undefined> {
    const by = tokenBy(url.token)
    if (by === undefined) return undefined
    const name = `${by} ${url.user.toLowerCase()}`
    const known = this.#leases.get(name)
    if (known) return known
    const { deps, wire } = this.#session
    const { caller } = this.#state.client
    const proven = (mailbox: Mailbox): Promise<boolean> => isAuthorised(mailbox, url)
    const lease = await deps.access.openForUrl({
      caller,
      by,
      protocol: 'imap',
      address: url.user,
      from: wire.peer,
      proven,
    })
    if (lease) this.#leases.set(name, lease)
    return lease
  }
}

function presentedUrl(text: string, hostnames: readonly string[]): PresentedUrl | undefined {
  const url = readMessageUrl(text)
  const { folder, access } = url ?? {}
  const user = url && addressOf(url, hostnames)
  if (!url || !user || folder === undefined || access?.verifier?.mechanism !== 'INTERNAL') return undefined
  return { ...url, user, path: folder, access, token: access.verifier.token }
}

/**
 * RFC 4467 §3: whether the client may use the URL. `submit+` is not supported, because Postern's submission has no
 * BURL.
 */
function isFor({ by, user, expires }: UrlAccess, { address }: SignedInClient, now: number): boolean {
  if (expires !== undefined && expires <= now) return false
  return by === 'user' ? same(user!, address) : by !== 'submit'
}

async function isAuthorised(mailbox: Mailbox, { path, access, token }: PresentedUrl): Promise<boolean> {
  const folder = await mailbox.folder(path)
  const key = folder && (await mailbox.urlKey(folder.id))
  return key !== undefined && isProven(token, key, access.rump)
}

/** Whether the URL names the mailbox of the session. */
export const isOwn = (url: MessageUrl, { address }: SignedInClient, hostnames: readonly string[]): boolean =>
  same(addressOf(url, hostnames) ?? '', address)

/** The host names of this server in URLs. */
export const hostnamesOf = ({ hostname, hostnames = [hostname] }: ImapDeps): readonly string[] => hostnames

/**
 * The address of the URL's mailbox; undefined if the URL names another server. Clients that sign in as
 * `ada@contoso.test` write either `imap://ada%40contoso.test@mail.contoso.test/` or `imap://ada@contoso.test/`. Both name
 * that mailbox (RFC 5092 §3.1).
 */
function addressOf({ server }: MessageUrl, hostnames: readonly string[]): string | undefined {
  if (!server?.user) return undefined
  const host = server.host.replace(/^\[|\]$/g, '')
  if (!server.user.includes('@')) return `${server.user}@${host}`
  return hostnames.some((name) => same(name, host)) ? server.user : undefined
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Header fields are searched for in this many octets, as at delivery. */
const LONGEST_HEADER = 4 * 1024 * 1024

/** Finds the message or part of a URL; undefined if it does not exist in this mailbox. `\Seen` does not change. */
export async function findUrlContent(
  mailbox: Mailbox,
  url: MessageUrl,
  folder: Folder,
): Promise<UrlContent | undefined> {
  if (url.uidValidity !== undefined && url.uidValidity !== folder.uidValidity) return undefined
  const [message] = await mailbox.messages(folder.id, [url.uid as Uid])
  const { section, partial } = url
  const range = message && sectionRange(decodeStructure(message.structure), section)
  if (!range) return undefined
  const read = ({ start, end }: OctetRange): Promise<Buffer> => mailbox.content(message.blob, start, end)
  if (section.fields.length === 0) {
    const cut = within(range, partial)
    return { most: cut.end - cut.start, range: { blob: message.blob, ...cut }, read: () => read(cut) }
  }
  const header = { start: range.start, end: Math.min(range.end, range.start + LONGEST_HEADER) }
  return {
    most: header.end - header.start + 2,
    range: undefined,
    async read() {
      const fields = pickFields(await read(header), section.fields, section.of === 'other fields')
      const cut = within({ start: 0, end: fields.length }, partial)
      return fields.subarray(cut.start, cut.end)
    },
  }
}

/** RFC 5092 §6: a range beyond the end is empty. */
function within({ start, end }: OctetRange, partial: MessageUrl['partial']): OctetRange {
  const from = Math.min(start + (partial?.start ?? 0), end)
  return { start: from, end: partial?.count === undefined ? end : Math.min(from + partial.count, end) }
}

/** The version of the token format (RFC 4467 §2.4.1). */
const VERSION = '01'
const shape = new RegExp(`^${VERSION}([\\da-f]{32})([\\da-f]{64})$`)

/**
 * RFC 4467 §2.5: the token of an authorised URL. It proves the URL and the app that authorised it, whose rights apply.
 */
export const urlToken = (key: Buffer, rump: string, by: ServicePrincipalId): string =>
  `${VERSION}${digits(by)}${mac(key, rump, by).toString('hex')}`

/** The app that the token names; undefined for another format. */
export function tokenBy(token: string): ServicePrincipalId | undefined {
  const id = shape.exec(token.toLowerCase())?.[1]
  return id?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as ServicePrincipalId | undefined
}

/** Whether the token is authentic. RFC 4467 §6: the comparison takes constant time. */
export function isProven(token: string, key: Buffer, rump: string): boolean {
  const by = tokenBy(token)
  return by !== undefined && timingSafeEqual(Buffer.from(token.slice(-64), 'hex'), mac(key, rump, by))
}

const digits = (id: string): string => id.replaceAll('-', '').toLowerCase()

const mac = (key: Buffer, rump: string, by: ServicePrincipalId): Buffer =>
  createHmac('sha256', key)
    .update(`${VERSION}${digits(by)} ${rump}`)
    .digest()

/** RFC 4467 §8.1: the mechanisms that authorise URLs. Reported on protected connections only. */
export const URL_MECHANISMS = 'URLMECH INTERNAL'

export const urlMechanisms = ({ exchange, wire }: ClientConnection & ClientDialect): string =>
  exchange || !wire.secure ? '' : `* OK [${URL_MECHANISMS}] URL authorization mechanisms\r\n`
