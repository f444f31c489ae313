import type { MailboxLease } from '../../../access/types.ts'
import { type MessageUrl, readMessageUrl, type UrlAccess } from '../../../codecs/imap/url.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { type UrlContent, findUrlContent } from './url-content.ts'
import type { ClientConnection } from '../conversation/session-contracts.ts'
import type { ImapDeps } from '../deps.ts'
import type { SignedInClient, StateAt } from '../state.ts'
import { isProven, tokenBy } from './url-token.ts'

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
    const lease = await deps.access.lend({ caller, by, protocol: 'imap', address: url.user, from: wire.peer, proven })
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
