import { createHash } from 'node:crypto'
import { encodeBatch, MESSAGE_BATCH, type SentMessage } from '../../../codecs/portal/message-batch.ts'
import type { ApiSession } from '../connection/session.ts'
import type { CliFailure } from '../failure.ts'
import { findMail } from '../mail-files/find.ts'
import type { Source } from '../mail-files/message-list.ts'
import { readMessages } from '../mail-files/read.ts'
import type { Progress } from '../output/progress.ts'
import { failureOf, jsonOf, refused } from '../reply.ts'

export interface ImportRequest {
  readonly mailbox: string
  /** Absolute. */
  readonly paths: readonly string[]
  /** The folder for all messages; undefined for Inbox, or with `keepFolders` for the top of the mailbox. */
  readonly folder: string | undefined
  /** Directories become folders below it. */
  readonly keepFolders: boolean
  /** Symbolic links are followed; otherwise they are skipped. */
  readonly followLinks: boolean
  /** Messages that the folders have already are skipped. */
  readonly resume: boolean
}

export interface Imported {
  imported: number
  /** Files that are not mail, symbolic links, and with `resume` messages that the folder has. */
  skipped: number
  readonly failed: Failed[]
}

export interface ImportResult {
  readonly result: Imported
  /** Files that are not mail, and symbolic links, in the order in which they were found. */
  readonly skippedFiles: readonly SkippedFile[]
}

export interface SkippedFile {
  readonly path: string
  readonly link: boolean
}

/** A message and where it came from. */
export interface Item {
  readonly path: string
  readonly message: SentMessage
}

interface Failed {
  readonly path: string
  readonly reason: string
}

/** Messages for one folder. */
interface ImportBatch {
  readonly folder: string
  readonly items: readonly Item[]
}

/** Imports the mail at the paths, in order. */
export async function importMail(
  request: ImportRequest,
  progressOver: (octets: number) => Progress,
  signIn: (run: (session: ApiSession) => Promise<void>) => Promise<void>,
): Promise<ImportResult> {
  const { sources, skippedFiles, failed } = await collected(request)
  const progress = progressOver(sources.reduce((sum, source) => sum + source.octets, 0))
  const result: Imported = { imported: 0, skipped: skippedFiles.length, failed }
  try {
    await signIn(async (session) => {
      const presence = request.resume ? presenceIn(session, request.mailbox) : undefined
      const send = async (batch: ImportBatch): Promise<void> => {
        const items = presence ? await presence.missing(batch) : batch.items
        result.skipped += batch.items.length - items.length
        if (items.length > 0) {
          const done = await upload(session, { mailbox: request.mailbox, folder: batch.folder }, items)
          result.imported += done.imported
          failed.push(...done.failed)
        }
        progress.advance(batch.items.reduce((sum, { message }) => sum + message.bytes.length, 0))
      }
      // While one batch is sent the next is read.
      let sending = Promise.resolve()
      for await (const batch of batches(
        sources,
        (source) => folderOf(request, source),
        (it) => failed.push(it),
      )) {
        await sending
        sending = send(batch)
        sending.catch(() => {})
      }
      await sending
    })
  } finally {
    progress.stop()
  }
  return { result, skippedFiles }
}

function folderOf({ folder, keepFolders }: ImportRequest, source: Source): string {
  const levels = keepFolders ? source.folder : []
  const all = folder === undefined ? levels : [folder, ...levels]
  return all.length === 0 ? 'Inbox' : all.join('/')
}

async function collected({ paths, followLinks }: ImportRequest) {
  const sources: Source[] = []
  const failed: Failed[] = []
  const skippedFiles: SkippedFile[] = []
  for await (const found of findMail(paths, followLinks)) {
    if (found.kind === 'source') sources.push(found.source)
    else if (found.kind === 'skipped') skippedFiles.push(found)
    else failed.push({ path: found.path, reason: found.reason })
  }
  return { sources, skippedFiles, failed }
}

interface Uploaded {
  readonly imported: number
  readonly failed: readonly Failed[]
}

/** Uploads messages in order, all in one write. If the server refuses it, one by one, to find which messages failed. */
export async function upload(
  session: ApiSession,
  place: { mailbox: string; folder: string },
  items: readonly Item[],
): Promise<Uploaded> {
  const reply = await send(session, place, items)
  if (reply.status === 201) return { imported: items.length, failed: [] }
  const refusal = failureOf(reply)
  const [first] = items
  if (!first || !isAboutMessages(refusal)) throw refusal
  if (items.length === 1) return { imported: 0, failed: [{ path: first.path, reason: refusal.message }] }

  let imported = 0
  const failed: Failed[] = []
  for (const item of items) {
    const one = await upload(session, place, [item])
    imported += one.imported
    failed.push(...one.failed)
  }
  return { imported, failed }
}

const send = (
  session: ApiSession,
  { mailbox, folder }: { mailbox: string; folder: string },
  items: readonly Item[],
) => {
  const messages = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/messages`
  return session.ask('exchange', {
    verb: 'POST',
    path: `${messages}?${new URLSearchParams({ folder }).toString()}`,
    headers: { 'content-type': MESSAGE_BATCH },
    body: encodeBatch(items.map(({ message }) => message)),
  })
}

/** Whether a refusal is about the messages themselves; any other refusal ends the command. */
const isAboutMessages = ({ code }: CliFailure): boolean => ['BadRequest', 'TooLarge', 'QuotaExceeded'].includes(code)

interface Folder {
  readonly id: number
  readonly path: string
}

interface Present {
  readonly uid: number
  readonly received: string
  readonly sha256: string
}

/** How often each message is in a folder, by its octets and the time at which it was received. */
type Counts = Map<string, number>

/** The messages that folders have already. Each one is matched once: two equal messages need two in the folder. */
function presenceIn(
  session: ApiSession,
  mailbox: string,
): { missing(batch: { folder: string; items: readonly Item[] }): Promise<readonly Item[]> } {
  const base = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/folders`
  const known = new Map<string, Promise<Counts>>()

  return {
    async missing({ folder, items }) {
      const counted = known.get(folder) ?? countsOf(folder)
      known.set(folder, counted)
      const counts = await counted
      return items.filter(({ message }) => !takenFrom(counts, keyOf(digestOf(message), message.received ?? '')))
    },
  }

  async function countsOf(path: string): Promise<Counts> {
    const counts: Counts = new Map()
    // RFC 9051 §5.1: INBOX in any letter case.
    const name = path.replace(/^inbox(?=\/|$)/i, 'Inbox')
    const folder = (await listed<Folder>(base)).find((it) => it.path === name)
    if (!folder) return counts
    for (let after = 0; ;) {
      const page = await listed<Present>(`${base}/${folder.id}/messages?after=${after}&digest=sha256`)
      if (page.length === 0) return counts
      for (const { sha256, received } of page) {
        const key = keyOf(sha256, received)
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      after = page.at(-1)!.uid
    }
  }

  async function listed<T>(url: string): Promise<readonly T[]> {
    const reply = await session.ask('exchange', { verb: 'GET', path: url })
    return reply.status === 200 ? (jsonOf(reply).value as T[]) : refused(reply)
  }
}

const digestOf = ({ bytes }: SentMessage): string => createHash('sha256').update(bytes).digest('hex')

const keyOf = (sha256: string, received: string): string => `${sha256} ${Date.parse(received)}`

function takenFrom(counts: Counts, key: string): boolean {
  const left = counts.get(key) ?? 0
  if (left > 0) counts.set(key, left - 1)
  return left > 0
}

const MOST_IN_BATCH = 64
const OCTETS_IN_BATCH = 8 * 1024 * 1024

/** Batches of messages in their order; `failed` gets those that cannot be read. */
async function* batches(
  sources: readonly Source[],
  folderOf: (source: Source) => string,
  failed: (failed: Failed) => void,
): AsyncGenerator<ImportBatch> {
  let items: Item[] = []
  let folder = ''
  let octets = 0
  for (const source of sources) {
    const next = folderOf(source)
    if (next !== folder && items.length > 0) {
      yield { folder, items }
      items = []
      octets = 0
    }
    folder = next
    for await (const read of readMessages(source)) {
      if ('reason' in read) {
        failed(read)
        continue
      }
      items.push(read)
      octets += read.message.bytes.length
      if (items.length < MOST_IN_BATCH && octets < OCTETS_IN_BATCH) continue
      yield { folder, items }
      items = []
      octets = 0
    }
  }
  if (items.length > 0) yield { folder, items }
}
