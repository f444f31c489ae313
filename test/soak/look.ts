import type { Endpoint } from '../../bench/clients/endpoint.ts'
import { ImapClient } from '../support/imap-client.ts'
import { holdsLetter, letterOf } from '../stress/letters.ts'
import type { Present } from './record.ts'
import { type Account, FOLDERS } from './writers.ts'

/** Messages whose text is fetched with one command. */
const TOGETHER = 200

/** Reads all that a mailbox holds, and compares the text of each message above `marks` with what was sent. */
export async function look(
  imap: Endpoint,
  { address }: Account,
  token: string,
  marks: Map<string, number>,
): Promise<ReadonlyMap<string, readonly Present[]>> {
  const held = new Map<string, readonly Present[]>()
  const client = await ImapClient.signIn(imap, address, token)
  try {
    for (const folder of FOLDERS) {
      await client.run(`EXAMINE ${folder}`)
      const messages = await headersOf(client)
      held.set(folder, messages)
      const key = `${address} ${folder}`
      const fresh = messages.filter(({ uid }) => uid > (marks.get(key) ?? 0))
      for (let at = 0; at < fresh.length; at += TOGETHER)
        await compare(client, `${address} ${folder}`, fresh.slice(at, at + TOGETHER))
      marks.set(key, messages.at(-1)?.uid ?? 0)
    }
  } finally {
    client.drop()
  }
  return held
}

async function headersOf(client: ImapClient): Promise<Present[]> {
  const { untagged, tagged } = await client.run('UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
  if (!tagged.startsWith('OK')) throw new Error(`FETCH was answered with '${tagged}'`)
  return untagged
    .filter((it) => / FETCH \(/.test(it))
    .map((it) => {
      const uid = Number(/UID (\d+)/.exec(it)?.[1])
      const letter = letterOf(/Subject: ([^\r]*)/.exec(it)?.[1] ?? '')
      if (!(uid > 0) || letter === undefined) throw new Error(`'${it.slice(0, 200)}' is not a message that was sent`)
      return { uid, letter, flags: /FLAGS \(([^)]*)\)/.exec(it)?.[1] ?? '' }
    })
}

async function compare(client: ImapClient, where: string, messages: readonly Present[]): Promise<void> {
  const texts = new Map<number, string>()
  const { untagged } = await client.run(`UID FETCH ${messages.map(({ uid }) => uid).join(',')} (UID BODY.PEEK[])`)
  for (const response of untagged) {
    const literal = /BODY\[\] \{(\d+)\}\r\n/.exec(response)
    if (!literal) continue
    const start = literal.index + literal[0].length
    const end = start + Number(literal[1])
    const uid = Number(/UID (\d+)/.exec(response.slice(0, literal.index) + response.slice(end))?.[1])
    texts.set(uid, response.slice(start, end))
  }
  for (const { uid, letter } of messages) {
    if (!holdsLetter(texts.get(uid) ?? '', letter))
      throw new Error(`${where}: UID ${uid} is not message ${letter} as it was sent`)
  }
}
