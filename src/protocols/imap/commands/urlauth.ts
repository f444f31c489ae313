import { writeString } from '../../../codecs/imap/string.ts'
import { type MessageUrl, readMessageUrl } from '../../../codecs/imap/url.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import type { ImapSession } from '../conversation/session.ts'
import { folderNamed, readFolderName } from '../listing/folder-name.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { SignedInClient } from '../state.ts'
import {
  findUrlContent,
  hostnamesOf,
  isOwn,
  type RedeemedUrl,
  URL_MECHANISMS,
  urlMechanisms,
  UrlRedemption,
  urlToken,
} from '../urls/authorised-url.ts'

export const genUrlAuth = command({
  name: 'GENURLAUTH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader) {
    const urls: string[] = []
    do {
      urls.push(reader.space().astring())
      if (reader.space().word() !== 'INTERNAL') refuse('bad-syntax', 'Unknown mechanism')
    } while (reader.peek() === ' ')
    return urls
  },
  async *run({ session, state: { client, mailbox } }, urls) {
    const hostnames = hostnamesOf(session.deps)
    const authorised: string[] = []
    for (const text of urls) authorised.push(await authorise(mailbox, client, text, hostnames))
    yield `* GENURLAUTH ${authorised.map(writeString).join(' ')}\r\n`
  },
})

async function authorise(
  mailbox: Mailbox,
  client: SignedInClient,
  text: string,
  hostnames: readonly string[],
): Promise<string> {
  const { caller } = client
  // A URL carries the rights of its author. A delegated app has a user's rights only while it presents the user's
  // token.
  if (caller.kind === 'user') refuse('not-allowed', 'Only an app with an application permission can authorise URLs')
  const url = readMessageUrl(text)
  if (!url?.access || url.access.verifier) refuse('bad-syntax', 'That is not the URL of a message with URLAUTH')
  // RFC 4467 §7: the URL must name the mailbox of the session on this server.
  if (!isOwn(url, client, hostnames)) refuse('bad-syntax', 'The URL must name the signed-in user and this server')
  const key = await keyOf(mailbox, url)
  return `${text}:INTERNAL:${urlToken(key, text, caller.servicePrincipal)}`
}

async function keyOf(mailbox: Mailbox, url: MessageUrl): Promise<Buffer> {
  const folder = await mailbox.folder(url.folder!)
  const there = folder && (await findUrlContent(mailbox, url, folder))
  if (!there) refuse('bad-syntax', 'The URL does not name a message')
  return mailbox.makeUrlKey(folder.id)
}

/** Larger content is sent in pieces of this size, in octets. */
const PIECE = 256 * 1024

export const urlFetch = command({
  name: 'URLFETCH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader) {
    const urls: string[] = []
    do urls.push(reader.space().astring())
    while (reader.peek() === ' ')
    return urls
  },
  async *run({ session, state }, urls) {
    const redeeming = new UrlRedemption(session, state)
    try {
      for (const text of urls) {
        const about = `* URLFETCH ${writeString(text)} `
        const found = await redeeming.redeem(text)
        if (found) yield* contents(about, found)
        else yield `${about}NIL\r\n`
      }
    } finally {
      redeeming.release()
    }
  },
})

async function* contents(about: string, { mailbox, behind }: RedeemedUrl): AsyncGenerator<ImapReply> {
  const { range, most } = behind
  if (!range || most <= PIECE) {
    const octets = await behind.read()
    yield [Buffer.from(`${about}{${octets.length}}\r\n`, 'latin1'), octets, Buffer.from('\r\n')]
    return
  }
  yield { piece: Buffer.from(`${about}{${most}}\r\n`, 'latin1'), last: false }
  for (let at = range.start; at < range.end; at += PIECE) {
    const piece = await mailbox.content(range.blob, at, Math.min(at + PIECE, range.end))
    // RFC 3501 §4.3: the literal has to have the announced size.
    if (piece.length !== Math.min(PIECE, range.end - at)) throw new Error('A message is shorter than its row says')
    yield { piece, last: false }
  }
  yield { piece: Buffer.from('\r\n'), last: true }
}

export const resetKey = command({
  name: 'RESETKEY',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader, context) {
    if (reader.done) return undefined
    const path = readFolderName(reader.space(), context)
    // The mechanisms, of which INTERNAL is the only one.
    while (reader.skip(' ')) reader.atom()
    return path
  },
  async run({ session, state: { mailbox } }, path) {
    const folder = path === undefined ? undefined : await folderNamed(mailbox, path)
    await mailbox.resetUrlKeys(folder?.id)
    informOthers(session, mailbox, folder)
    return folder && session.wire.secure ? { code: URL_MECHANISMS } : {}
  },
})

/** RFC 4467 §7: informs the other sessions with this folder selected, except in the middle of a literal. */
function informOthers(session: ImapSession, { id }: Mailbox, folder: Folder | undefined): void {
  for (const peer of session.peers) {
    const { state, outbox } = peer
    if (peer === session || state.at !== 'selected' || state.mailbox.id !== id || outbox.midway) continue
    if (folder && state.selected.folder.id !== folder.id) continue
    void outbox.add(urlMechanisms(peer)).then(() => outbox.flush())
  }
}
