import { writeString } from '../../../codecs/imap/string.ts'
import { type MessageUrl, readMessageUrl } from '../../../codecs/imap/url.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { hostnamesOf, isOwn } from '../urls/authorised-url.ts'
import { behindUrl } from '../urls/behind-url.ts'
import { command } from '../command.ts'
import type { Client } from '../state.ts'
import { urlToken } from '../urls/url-token.ts'

export const genUrlAuth = command({
  name: 'GENURLAUTH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader) {
    const urls: string[] = []
    do {
      urls.push(reader.space().astring())
      if (reader.space().word() !== 'INTERNAL') refuse('bad-syntax', 'There is no such mechanism')
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
  client: Client,
  text: string,
  hostnames: readonly string[],
): Promise<string> {
  const { caller } = client
  // A URL is lent with what its author may do when it is shown, and an app may do for a person only what it asks for then.
  if (caller.kind === 'user') refuse('not-allowed', 'Only a program that acts as itself authorises URLs')
  const url = readMessageUrl(text)
  if (!url?.access || url.access.verifier) refuse('bad-syntax', 'That is not the URL of a message with URLAUTH')
  // RFC 4467 §7: the URL must be about the signed-in user's mailbox on this server.
  if (!isOwn(url, client, hostnames)) refuse('bad-syntax', 'The URL must name the signed-in user and this server')
  const key = await keyOf(mailbox, url)
  return `${text}:INTERNAL:${urlToken(key, text, caller.servicePrincipal)}`
}

async function keyOf(mailbox: Mailbox, url: MessageUrl): Promise<Buffer> {
  const folder = await mailbox.folder(url.folder!)
  const there = folder && (await behindUrl(mailbox, url, folder))
  if (!there) refuse('bad-syntax', 'The URL leads to no message')
  return mailbox.makeUrlKey(folder.id)
}
