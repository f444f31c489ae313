import { type ListCommand, readList } from '../../../codecs/imap/list-command.ts'
import { readEntries } from '../../../codecs/imap/metadata.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command, nothing } from '../command.ts'
import type { ImapSession } from '../conversation/session.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderLabel, folderNamed, quotedName, readFolderName, SEPARATOR } from '../listing/folder-name.ts'
import { listFolders, listLine, parentsOf, Patterns } from '../listing/list-folders.ts'
import { myRightsLine } from './acl.ts'
import { metadataOf } from './metadata.ts'
import { readStatusItems, requestedStatusItems, type StatusItem } from '../listing/status-items.ts'
import type { ImapReply } from '../reply/reply.ts'

/** RFC 5258 §3.2, RFC 5819 §2: additional data for each listed name. */
type ListReturn =
  | { readonly tell: 'SUBSCRIBED' | 'CHILDREN' | 'SPECIAL-USE' }
  | { readonly tell: 'STATUS'; readonly items: readonly StatusItem[] }
  /** RFC 8440. */
  | { readonly tell: 'MYRIGHTS' }
  /** RFC 9590. */
  | { readonly tell: 'METADATA'; readonly entries: readonly string[] }

export const list = command({
  name: 'LIST',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.8, RFC 5258, RFC 5819',
  does: ['list folders'],
  parse(reader, context): ListCommand<ListReturn> {
    const request = readList(reader, (name) => readListReturn(name, reader, context))
    if (context.exchange && request.extended) refuse('bad-syntax', 'Extended LIST is not supported')
    return request
  },
  async *run({ session, state }, { selection, reference, patterns, returns, extended }) {
    // An empty pattern requests the separator and the root.
    if (patterns[0] === '' && !extended) {
      yield `* LIST (\\Noselect) "${SEPARATOR}" ""\r\n`
      return
    }
    const { mailbox } = state
    const { dialect, wire } = session
    const matchedPatterns = new Patterns(
      patterns.map((pattern) => reference + pattern),
      dialect,
      wire.left,
    )
    const withSubscribed = selection.subscribed || returns.some(({ tell }) => tell === 'SUBSCRIBED')
    const names = {
      folders: await mailbox.folders(),
      subscriptions: withSubscribed ? await mailbox.subscriptions() : [],
    }
    for (const each of await listFolders(names, matchedPatterns, selection, dialect)) {
      yield listLine(each, dialect)
      if (each.folder) yield* listReturnLines(session, mailbox, each.folder, returns)
    }
  },
})

export const lsub = command({
  name: 'LSUB',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.9',
  does: ['list folders'],
  parse: (reader) => ({ reference: reader.space().astring(), pattern: reader.space().listPattern() }),
  async *run({ session, state }, { reference, pattern }) {
    if (pattern === '') {
      yield `* LSUB (\\Noselect) "${SEPARATOR}" ""\r\n`
      return
    }
    const folders = await state.mailbox.folders()
    const there = new Set(folders.map(({ path }) => folderLabel(path, session.dialect)))
    const names = (await state.mailbox.subscriptions()).map((path) => folderLabel(path, session.dialect))
    const patterns = new Patterns([reference + pattern], session.dialect, session.wire.left)
    for (const [label, subscribed] of await matching(names, patterns)) {
      const attributes = subscribed && there.has(label) ? '' : '\\Noselect'
      yield `* LSUB (${attributes}) "${SEPARATOR}" ${quotedName(label)}\r\n`
    }
  },
})

/** The matching names. A parent also matches if a subscribed child does not match itself (RFC 3501 §6.3.9 on `%`). */
async function matching(names: readonly string[], patterns: Patterns): Promise<Map<string, boolean>> {
  const subscribed = new Set(names)
  const found = new Map<string, boolean>()
  for (const name of names) {
    await patterns.pause()
    if (patterns.fit(name)) {
      found.set(name, true)
      continue
    }
    for (const parent of parentsOf(name)) {
      await patterns.pause()
      if (patterns.fit(parent)) found.set(parent, subscribed.has(parent))
    }
  }
  return found
}

export const status = command({
  name: 'STATUS',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.10, RFC 8438, RFC 9051 §6.3.11',
  does: ['folder status'],
  parse: (reader, context) => ({
    path: readFolderName(reader.space(), context),
    request: readStatusItems(reader.space(), context),
  }),
  async *run({ session, state }, { path, request }) {
    yield* requestedStatusItems(session, state.mailbox, await folderNamed(state.mailbox, path), request)
  },
})

export const namespace = command({
  name: 'NAMESPACE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2342 §5',
  parse: nothing,
  async *run() {
    yield `* NAMESPACE (("" "${SEPARATOR}")) NIL NIL\r\n`
  },
})

function readListReturn(name: string, reader: ImapReader, dialect: ImapDialect): ListReturn {
  switch (name) {
    // LIST always reports children and special use.
    case 'SUBSCRIBED':
    case 'CHILDREN':
    case 'SPECIAL-USE':
      return { tell: name }
    case 'STATUS':
      return { tell: name, items: readStatusItems(reader.space(), dialect) }
    case 'MYRIGHTS':
      return { tell: name }
    case 'METADATA':
      return { tell: name, entries: readEntries(reader.space()) }
    default:
      return refuse('bad-syntax', `Unknown return option ${name}`)
  }
}

/** The responses after the LIST response of a folder. */
async function* listReturnLines(
  session: ImapSession,
  mailbox: Mailbox,
  folder: Folder,
  returns: readonly ListReturn[],
): AsyncGenerator<ImapReply> {
  for (const it of returns) {
    if (it.tell === 'STATUS') yield* requestedStatusItems(session, mailbox, folder, it.items)
    else if (it.tell === 'MYRIGHTS') yield myRightsLine(folder, session.dialect)
    else if (it.tell === 'METADATA') {
      const request = { entries: it.entries, options: { depth: 0, maxSize: undefined } } as const
      yield (await metadataOf(mailbox, folder, request, session.dialect)).line ?? ''
    }
  }
}
