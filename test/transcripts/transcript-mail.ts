import type { Uid } from '../../src/core/ids.ts'
import { type Flags, type Folder, type Mailbox, type NewMessage, systemFlags } from '../../src/domain/mail/types.ts'
import { sample, unescape } from './script.ts'

/**
 * The words for what mailboxes hold. A folder may be preceded by its owner (`bob's INBOX`), a name with spaces is
 * quoted.
 *
 * ```
 * given      INBOX has MESSAGES          the folder is made when it is not there; `Archive exists` makes an empty one
 * meanwhile  INBOX gets MESSAGES         INBOX loses 1 2     INBOX marks 1 \Seen     INBOX unmarks 1 \Seen
 * meanwhile  Archive is removed
 * then INBOX holds 1 3 (UIDs; `holds nothing`) INBOX 1 has \Seen $Done (or nothing) then INBOX 1 ends "text\r\n" (its
 * octets) ```
 *
 * MESSAGES are `lunch.eml` (a file in samples/), `"Subject: x\r\n\r\nText"` (escapes as everywhere), or `3 messages`
 * (tiny ones); behind each may stand its flags (`\Seen`, `$Important`) and `@2026-07-17T02:44:25Z`, when it was
 * received.
 */
export async function perform(open: (owner: string) => Promise<Mailbox>, clause: string): Promise<void> {
  const words = wordsOf(clause)
  const owner = /^(.+)'s$/.exec(words[0]!.text)?.[1]
  const [folder, verb, ...rest] = owner === undefined ? words : words.slice(1)
  const mailbox = await open(owner ?? 'ada')
  if (!folder || !verb) throw new Error(`'${clause}' is not understood`)
  await act(mailbox, folder.text, verb.text, rest)
}

async function act(mailbox: Mailbox, path: string, verb: string, rest: readonly Word[]): Promise<void> {
  const known = await mailbox.folder(path)
  const folder = known ?? (['has', 'exists'].includes(verb) ? await mailbox.createFolder(path) : missing(path))
  const uids = rest.filter(({ text }) => /^\d+$/.test(text)).map(({ text }) => Number(text) as Uid)
  switch (verb) {
    case 'exists':
      return
    case 'has':
    case 'gets':
      await mailbox.append(folder.id, messagesOf(rest))
      return
    case 'loses':
      await mailbox.remove(folder.id, uids)
      return
    case 'marks':
    case 'unmarks': {
      const flags = flagsOf(rest.slice(uids.length))
      await mailbox.store(folder.id, uids, { mode: verb === 'marks' ? 'add' : 'remove', flags })
      return
    }
    case 'is':
      await mailbox.deleteFolder(folder.id)
      return
    case 'holds':
      return same((await uidsOf(mailbox, folder)).join(' '), uids.join(' '), `the UIDs in ${path}`)
    default:
      if (rest[0]?.text === 'ends') return endsIn(mailbox, folder, Number(verb) as Uid, rest[1]!.text)
      return same(await flagText(mailbox, folder, Number(verb) as Uid), sorted(rest.slice(1)), `the flags of ${verb}`)
  }
}

const missing = (path: string): never => {
  throw new Error(`there is no folder ${path}`)
}

function same(got: string, expected: string, what: string): void {
  if (got !== expected) throw new Error(`${what}: expected '${expected}', got '${got}'`)
}

async function uidsOf(mailbox: Mailbox, folder: Folder): Promise<Uid[]> {
  const open = await mailbox.open(folder.id)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  return uids
}

async function flagText(mailbox: Mailbox, folder: Folder, uid: Uid): Promise<string> {
  const open = await mailbox.open(folder.id)
  const position = open.index.positionOf(uid)
  const { system, keywords } = position < 0 ? missing(`message ${uid}`) : open.index.flagsAt(position)
  open.close()
  const names = Object.entries(systemFlags).filter(([, bit]) => (system & bit) !== 0)
  return sorted([...names.map(([name]) => name), ...keywords].map((text) => ({ text, quoted: false })))
}

async function endsIn(mailbox: Mailbox, folder: Folder, uid: Uid, expected: string): Promise<void> {
  const [found] = await mailbox.messages(folder.id, [uid])
  const bytes = await mailbox.content((found ?? missing(`message ${uid}`)).blob)
  const got = bytes.toString('latin1').slice(-expected.length)
  if (got !== expected)
    throw new Error(`the end of ${uid}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`)
}

const sorted = (words: readonly Word[]): string =>
  words
    .map(({ text }) => text)
    .filter((text) => text !== 'nothing')
    .sort()
    .join(' ')

interface Word {
  readonly text: string
  readonly quoted: boolean
}

/** Words at spaces; what is quoted is one word, unescaped. */
const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? { text: bare!, quoted: false } : { text: unescape(quoted), quoted: true },
  )

function messagesOf(words: readonly Word[]): NewMessage[] {
  const messages: NewMessage[] = []
  const last = (change: (message: NewMessage) => NewMessage): void => {
    messages.push(change(messages.pop() ?? missing('message before its flags')))
  }
  for (const [index, word] of words.entries()) {
    if (word.quoted) messages.push(message(Buffer.from(word.text, 'latin1')))
    else if (/^\d+$/.test(word.text)) messages.push(...Array.from({ length: Number(word.text) }, (_, n) => tiny(n + 1)))
    else if (/^messages?$/.test(word.text) && index > 0) continue
    else if (word.text.startsWith('@'))
      last((it) => ({ ...it, received: { at: Date.parse(word.text.slice(1)), zone: 0 } }))
    else if (/^[\\$]/.test(word.text)) last((it) => ({ ...it, flags: both(it.flags, flagsOf([word])) }))
    else messages.push(message(sample(word.text)))
  }
  return messages
}

const message = (bytes: Uint8Array): NewMessage => ({ bytes, flags: { system: 0, keywords: [] } })
const tiny = (n: number): NewMessage => message(Buffer.from(`Subject: ${n}\r\n\r\nMessage ${n}\r\n`))
const both = (a: Flags, b: Flags): Flags => ({ system: a.system | b.system, keywords: [...a.keywords, ...b.keywords] })

const bitOf = (text: string): number | undefined => systemFlags[text as keyof typeof systemFlags]

function flagsOf(words: readonly Word[]): Flags {
  return {
    system: words.reduce((sum, { text }) => sum | (bitOf(text) ?? 0), 0),
    keywords: words.map(({ text }) => text).filter((text) => bitOf(text) === undefined),
  }
}
