import { createHash } from 'node:crypto'
import path from 'node:path'
import { encodeBatch, MESSAGE_BATCH, type SentMessage } from '../../../codecs/portal/message-batch.ts'
import { type ApiSession, withSession } from '../connection/session.ts'
import { type CliFailure, wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { findMail } from '../mail-files/find.ts'
import type { Source } from '../mail-files/message-list.ts'
import { readMessages } from '../mail-files/read.ts'
import { type Progress, progressOf } from '../output/terminal.ts'
import { jsonText, printable } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'
import { failureOf, jsonOf, refused } from '../reply.ts'

interface Imported {
  imported: number
  /** Files that are not mail, symbolic links, and with `resume` messages that the folder has. */
  skipped: number
  readonly failed: Failed[]
}

interface SkippedFile {
  readonly path: string
  readonly link: boolean
}

export const importCommand: CliCommand = {
  name: 'import',
  usage: ['MAILBOX PATH… [--folder F] [--keep-folders] [--follow-links] [--resume] [--json]'],
  synopsis:
    'imports .eml files, directories of them, mbox files and Maildirs into a mailbox, in the order of their names',
  options: [
    ['--folder F', 'the folder for the messages, created if it is missing (Inbox); levels are separated by /'],
    ['--keep-folders', 'directories, Maildirs and mbox files below a PATH become folders of those names'],
    ['--follow-links', 'follows symbolic links, which are otherwise skipped; each directory is read once'],
    ['--resume', 'skips messages that are in the folder already, with the same octets and date'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      folder: { type: 'string' },
      'keep-folders': { type: 'boolean' },
      'follow-links': { type: 'boolean' },
      resume: { type: 'boolean' },
    })
    const [mailbox, ...paths] = positionals
    if (!mailbox || paths.length === 0) return wrongUsage('import needs a mailbox and the paths of what to import.')
    const { json, streams } = invocation
    const { result, skippedFiles } = await importMail(
      {
        mailbox,
        paths: paths.map((it) => path.resolve(invocation.folder, it)),
        folder: values.folder,
        keepFolders: values['keep-folders'] ?? false,
        followLinks: values['follow-links'] ?? false,
        resume: values.resume ?? false,
      },
      (octets) => progressOf(invocation, octets),
      (run) => withSession(invocation, run),
    )
    const warn = warningsOf(invocation)
    for (const line of skippedInWords(skippedFiles)) {
      if (json) warn(line)
      else streams.stderr.write(`${line}\n`)
    }
    const links = skippedFiles.filter(({ link }) => link).length
    streams.stdout.write(json ? `${jsonText(result, 2)}\n` : inWords(result, links))
    return result.failed.length > 0 ? 1 : 0
  },
}

/** As many are named; a directory of other files can be large. */
const MOST_NAMED = 20

function skippedInWords(files: readonly SkippedFile[]): readonly string[] {
  const lines = files
    .slice(0, MOST_NAMED)
    .map(({ path, link }) => `skipped: ${printable(path)}: ${link ? 'symbolic link' : 'not .eml, .mbox or Maildir'}`)
  const others = files.length - MOST_NAMED
  return others > 0 ? [...lines, `skipped: ${others} more`] : lines
}

function inWords({ imported, skipped, failed }: Imported, links: number): string {
  const lines = failed.map(({ path, reason }) => `  failed: ${printable(path)}: ${printable(reason)}`)
  const ofLinks = links === 0 ? '' : ` (${links} symbolic links)`
  return [`${imported} imported, ${skipped} skipped${ofLinks}, ${failed.length} failed`, ...lines, ''].join('\n')
}

interface ImportRequest {
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

interface ImportResult {
  readonly result: Imported
  /** Files that are not mail, and symbolic links, in the order in which they were found. */
  readonly skippedFiles: readonly SkippedFile[]
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
async function importMail(
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
