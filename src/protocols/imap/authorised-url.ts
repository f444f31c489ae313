import { type MessageUrl, readMessageUrl, type UrlAccess } from '../../codecs/imap/url.ts'
import type { Mailbox } from '../../domain/mail/types.ts'
import { type Behind, behindUrl } from './behind-url.ts'
import type { Session } from './session.ts'
import type { Client, StateAt } from './state.ts'
import { isProven, tokenBy } from './url-token.ts'

/** What an authorised URL leads to, until it is given back. */
export interface Redeemed {
  readonly mailbox: Mailbox
  readonly behind: Behind
  giveBack(): void
}

/** A URL of which everything but its verifier has been looked at. */
interface Shown extends MessageUrl {
  readonly user: string
  readonly path: string
  readonly access: UrlAccess
  readonly token: string
}

type SignedIn = StateAt<'signed-in' | 'selected'>

/** RFC 4467 §6: undefined for whatever is wrong with it, without a word about what that is. */
export async function redeemed(
  session: Session,
  { client, mailbox }: SignedIn,
  text: string,
): Promise<Redeemed | undefined> {
  const url = shown(text)
  if (!url || !isFor(url.access, client, session.deps.world.now())) return undefined
  const loan = isOwn(url, client) ? { mailbox, giveBack() {} } : await lent(session, client, url)
  if (!loan) return undefined
  try {
    const folder = await loan.mailbox.folder(url.path)
    const behind =
      folder && (await isAuthorised(loan.mailbox, url)) ? await behindUrl(loan.mailbox, url, folder) : undefined
    if (behind) return { ...loan, behind }
  } catch (thrown) {
    loan.giveBack()
    throw thrown
  }
  loan.giveBack()
  return undefined
}

function shown(text: string): Shown | undefined {
  const url = readMessageUrl(text)
  const { server, folder, access } = url ?? {}
  if (!url || !server?.user || folder === undefined || access?.verifier?.mechanism !== 'INTERNAL') return undefined
  return { ...url, user: server.user, path: folder, access, token: access.verifier.token }
}

/** RFC 4467 §3: whoever submits mail on another's behalf does so elsewhere. */
function isFor({ by, user, expires }: UrlAccess, { address }: Client, now: number): boolean {
  if (expires !== undefined && expires <= now) return false
  return by === 'user' ? same(user!, address) : by !== 'submit'
}

/** RFC 4467 §2.4: with the rights, now, of the app that authorised it. */
async function lent({ deps, wire }: Session, { caller }: Client, url: Shown) {
  const by = tokenBy(url.token)
  if (by === undefined) return undefined
  const proven = (mailbox: Mailbox): Promise<boolean> => isAuthorised(mailbox, url)
  return deps.access.lend({ caller, by, protocol: 'imap', address: url.user, from: wire.peer, proven })
}

async function isAuthorised(mailbox: Mailbox, { path, access, token }: Shown): Promise<boolean> {
  const folder = await mailbox.folder(path)
  const key = folder && (await mailbox.urlKey(folder.id))
  return key !== undefined && isProven(token, key, access.rump)
}

export const isOwn = ({ server }: MessageUrl, { address }: Client): boolean => same(server?.user ?? '', address)

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
