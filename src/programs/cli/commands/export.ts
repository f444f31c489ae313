import path from 'node:path'
import { type ApiSession, withSession } from '../connection/session.ts'
import {
  directoryBelow,
  emlTarget,
  type ExportFolder,
  type ExportListing,
  type ExportTarget,
  type Format,
  formats,
  maildirTarget,
  mboxTarget,
  target as makeTarget,
  written,
} from '../export/export-target.ts'
import { folderDirectories } from '../mail-files/directory-name.ts'
import { wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { FOLDER_LIST, readFolderList, writeFolderList } from '../mail-files/message-list.ts'
import { type Progress, progressOf } from '../output/terminal.ts'
import { jsonText } from '../output/table.ts'
import { jsonOf, refused } from '../reply.ts'

export const exportMail: CliCommand = {
  name: 'export',
  usage: ['MAILBOX DIR [--format eml|maildir|mbox] [--json]'],
  synopsis:
    'writes every message of a mailbox with its flags and date into directories for its folders; a second run continues the first',
  options: [
    [
      '--format F',
      'eml: files UID.eml and a list of dates and flags; maildir: one Maildir a folder; mbox: one file a folder (eml)',
    ],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { format: { type: 'string' } })
    const [mailbox, dir, ...others] = positionals
    if (!mailbox || !dir || others.length > 0) return wrongUsage('export needs a mailbox and one directory.')
    const what = { mailbox, target: path.resolve(invocation.folder, dir), format: formatOf(values.format ?? 'eml') }
    const result = await withSession(invocation, (session) =>
      exportMailbox(session, what, (octets) => progressOf(invocation, octets)),
    )
    const { json, streams } = invocation
    const { exported, present, folders } = result
    const before = present === 0 ? '' : `, ${present} were there before`
    streams.stdout.write(
      json
        ? `${jsonText(result, 2)}\n`
        : `${exported} messages of ${folders} folders exported to ${what.target}${before}\n`,
    )
    return 0
  },
}

const formatOf = (name: string): Format =>
  formats.find((format) => format === name) ?? wrongUsage(`--format must be one of ${formats.join(', ')}.`)

interface Folder {
  readonly id: number
  readonly path: string
  readonly uidValidity: number
  readonly octets: number
}

interface Exported {
  /** Messages written, and messages that an earlier export wrote. */
  exported: number
  present: number
  folders: number
}

const AT_ONCE = 8

const targets: Readonly<Record<Format, (place: ExportFolder) => ExportTarget | Promise<ExportTarget>>> = {
  eml: emlTarget,
  maildir: maildirTarget,
  mbox: mboxTarget,
}

/** Writes every message below a directory; keeps the files of an interrupted export. */
export async function exportMailbox(
  session: ApiSession,
  { mailbox, target, format }: { mailbox: string; target: string; format: Format },
  progressOver: (octets: number) => Progress,
): Promise<Exported> {
  const base = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/folders`
  const folders = await listed<Folder>(session, base)
  const progress = progressOver(folders.reduce((sum, { octets }) => sum + octets, 0))
  const result: Exported = { exported: 0, present: 0, folders: folders.length }
  const directories = new Set<string>()
  await makeTarget(target)
  // The oldest first: of names that differ only in case, the older folder keeps its name.
  const places = folderDirectories(folders.toSorted((a, b) => a.id - b.id).map((folder) => folder.path))
  try {
    await listFolders()
    for (const folder of folders) await exportFolder(folder)
  } finally {
    progress.stop()
  }
  return result

  async function exportFolder(folder: Folder): Promise<void> {
    const levels = places.levels.get(folder.path)!
    const place = path.join(target, ...levels)
    await directoryBelow(target, format === 'mbox' ? levels.slice(0, -1) : levels, directories)
    const exportTarget = await targets[format]({ directory: place, uidValidity: folder.uidValidity })
    const messages = `${base}/${folder.id}/messages`
    const there: ExportListing[] = []
    for (let page = await pageAfter(0); page.length > 0; page = await pageAfter(page.at(-1)!.uid)) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        there.push(...(await exportRun(exportTarget, messages, page.slice(at, at + AT_ONCE))))
      }
    }
    await exportTarget.finish(there)

    async function pageAfter(uid: number): Promise<readonly ExportListing[]> {
      const reply = await session.ask('exchange', { verb: 'GET', path: `${messages}?after=${uid}` })
      if (reply.status === 404 && (await isGone(folder))) return []
      return reply.status === 200 ? (jsonOf(reply).value as ExportListing[]) : refused(reply)
    }
  }

  /** Whether a folder was deleted during the export. */
  async function isGone({ id }: Folder): Promise<boolean> {
    return !(await listed<Folder>(session, base)).some((folder) => folder.id === id)
  }

  /** Writes the list of folders whose names directories cannot have; keeps the lines of an earlier export. */
  async function listFolders(): Promise<void> {
    if (places.listed.length === 0) return
    const named = await readFolderList(target)
    const all = new Map([...named, ...places.listed.map((it) => [it.directory, it.folder] as const)])
    const lines = [...all].map(([directory, folder]) => ({ directory, folder }))
    await written(path.join(target, FOLDER_LIST), writeFolderList(lines))
  }

  /** Fetches messages in parallel and writes them in order; returns those that still exist. */
  async function exportRun(
    exportTarget: ExportTarget,
    messages: string,
    run: readonly ExportListing[],
  ): Promise<ExportListing[]> {
    const fetched = run.map(async (message) =>
      (await exportTarget.has(message)) ? 'present' : bytesOf(messages, message),
    )
    const there: ExportListing[] = []
    for (const [at, bytes] of (await Promise.all(fetched)).entries()) {
      const message = run[at]!
      progress.advance(message.octets)
      if (bytes === undefined) continue
      if (bytes === 'present') result.present++
      else {
        await exportTarget.put(message, bytes)
        result.exported++
      }
      there.push(message)
    }
    return there
  }

  async function bytesOf(messages: string, { uid }: ExportListing): Promise<Buffer | undefined> {
    const reply = await session.ask('exchange', { verb: 'GET', path: `${messages}/${uid}` })
    if (reply.status === 404) return undefined
    return reply.status === 200 ? reply.body : refused(reply)
  }
}

async function listed<T>(session: ApiSession, url: string): Promise<readonly T[]> {
  const reply = await session.ask('exchange', { verb: 'GET', path: url })
  return reply.status === 200 ? (jsonOf(reply).value as T[]) : refused(reply)
}
