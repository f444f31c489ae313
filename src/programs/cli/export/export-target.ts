import { type FileHandle, lstat, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import {
  makePrivateDirectory,
  recreatePrivateFile,
  replacePrivateFile,
  takeDirectory,
} from '../../../core/private-files.ts'
import { Refusal } from '../../../core/refusal.ts'
import { failed } from '../failure.ts'
import { letteredKeywords, MAILDIR_KEYWORDS, maildirInfo, writeMaildirKeywords } from '../mail-files/maildir.ts'
import { writeMboxStatus } from '../mail-files/mbox.ts'
import { MESSAGE_LIST, writeMessageList } from '../mail-files/message-list.ts'

/** A message to export. */
export interface ExportListing {
  readonly uid: number
  readonly octets: number
  /** RFC 3339. */
  readonly received: string
  /** System flags and keywords, as IMAP names them. */
  readonly flags: readonly string[]
}

/** The target for the messages of one folder, in the order of their UIDs. */
export interface ExportTarget {
  /** Whether an earlier export has written it. */
  has(message: ExportListing): Promise<boolean>
  put(message: ExportListing, bytes: Buffer): Promise<void>
  /** Gets all messages that the target has now: writes the files beside them. */
  finish(messages: readonly ExportListing[]): Promise<void>
}

/** A folder, and its directory. */
export interface ExportFolder {
  readonly directory: string
  /** RFC 9051 §2.3.1.1: which folder of that name it is, if there was another before. */
  readonly uidValidity: number
}

export const formats = ['eml', 'maildir', 'mbox'] as const
export type Format = (typeof formats)[number]

/** The directory that the caller named; created if it is missing. */
export const target = (place: string): Promise<unknown> => withFileName(place, makePrivateDirectory(place))

/**
 * Creates a directory below the target, level by level; symbolic links are not followed. `taken`: directories that the
 * same export has used before.
 */
export async function directoryBelow(
  place: string,
  levels: readonly string[],
  taken = new Set<string>(),
): Promise<void> {
  let at = place
  for (const level of levels) {
    at = path.join(at, level)
    if (taken.has(at)) continue
    await withFileName(at, takeDirectory(at))
    taken.add(at)
  }
}

/** Writes a file completely or not at all: first under another name. */
export const written = (file: string, bytes: Buffer, modified?: Date): Promise<void> =>
  withFileName(file, replacePrivateFile(file, bytes, modified))

/** An empty file that replaces the rest of an interrupted export. */
const emptied = (file: string): Promise<FileHandle> => withFileName(file, recreatePrivateFile(file))

const moved = (from: string, to: string): Promise<void> => withFileName(to, rename(from, to))

/** Octets and time of a file; undefined if there is no regular file. */
async function sizeAndTime(file: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  const found = await lstat(file).catch(() => undefined)
  return found?.isFile() ? found : undefined
}

/** Adds the file name to a failure of the file system. */
const withFileName = <T>(file: string, work: Promise<T>): Promise<T> =>
  work.catch((thrown: Error) =>
    failed('NotWritten', thrown instanceof Refusal ? thrown.message : `${file}: ${thrown.message}`),
  )

const fileOf = ({ uid }: ExportListing): string => `${uid}.eml`

/**
 * A file `UID.eml` for each message, with the time at which it was received; dates and flags are in a list beside them.
 */
export const emlTarget = ({ directory }: ExportFolder): ExportTarget => ({
  async has(message) {
    const found = await sizeAndTime(path.join(directory, fileOf(message)))
    return found?.size === message.octets && found.mtimeMs === Date.parse(message.received)
  },

  put: (message, bytes) => written(path.join(directory, fileOf(message)), bytes, new Date(message.received)),

  finish: (messages) =>
    written(
      path.join(directory, MESSAGE_LIST),
      writeMessageList(messages.map((message) => ({ file: fileOf(message), ...message }))),
    ),
})

/** A Maildir for each folder, with subfolders as directories in it (Dovecot's layout `fs`); flags are in the names. */
export async function maildirTarget({ directory, uidValidity }: ExportFolder): Promise<ExportTarget> {
  const [cur, tmp] = ['cur', 'tmp', 'new'].map((name) => path.join(directory, name)) as [string, string, string]
  for (const name of ['cur', 'tmp', 'new']) await directoryBelow(directory, [name])
  /** By their names without flags. */
  const files = (await withFileName(cur, readdir(cur, { withFileTypes: true }))).filter((entry) => entry.isFile())
  const present = new Map(files.map(({ name }) => [name.split(':')[0]!, name]))

  /** As in Courier and Dovecot: the seconds, a unique part, the host. */
  const uniqueName = ({ uid, received }: ExportListing): string =>
    `${Math.floor(Date.parse(received) / 1000)}.U${uid}V${uidValidity}.postern`

  return {
    has: async (message) => present.has(uniqueName(message)),

    async put(message, bytes) {
      const name = uniqueName(message)
      await written(path.join(tmp, name), bytes, new Date(message.received))
      await moved(path.join(tmp, name), path.join(cur, `${name}:2,`))
      present.set(name, `${name}:2,`)
    },

    async finish(messages) {
      const keywords = letteredKeywords(messages.map(({ flags }) => flags))
      if (keywords.length > 0) await written(path.join(directory, MAILDIR_KEYWORDS), writeMaildirKeywords(keywords))
      for (const message of messages) {
        const name = uniqueName(message)
        const before = present.get(name)
        const after = name + maildirInfo(message.flags, keywords)
        if (before !== undefined && before !== after) await moved(path.join(cur, before), path.join(cur, after))
      }
    },
  }
}

/** One file a folder; lines end in LF and `From ` is quoted as in mboxrd, which is reversible. */
export async function mboxTarget({ directory }: ExportFolder): Promise<ExportTarget> {
  const part = `${directory}.mbox.part`
  const file = await emptied(part)

  return {
    // An mbox is one file: it is written as a whole.
    has: async () => false,

    async put(message, bytes) {
      await withFileName(part, file.writeFile(mboxEntry(message, bytes)))
    },

    async finish() {
      await withFileName(part, file.close())
      await moved(part, `${directory}.mbox`)
    },
  }
}

/** RFC 4155 §2, App. A: the separator gives the time in UTC, as asctime does. */
function mboxEntry({ received, flags }: ExportListing, bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').replaceAll('\r\n', '\n')
  const quoted = lines.replace(/^(>*From )/gm, '>$1')
  const end = quoted.endsWith('\n') ? '\n' : '\n\n'
  return Buffer.from(
    `From MAILER-DAEMON ${asctime(new Date(received))}\n${writeMboxStatus(flags)}${quoted}${end}`,
    'latin1',
  )
}

const asctime = (at: Date): string => {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`
}
