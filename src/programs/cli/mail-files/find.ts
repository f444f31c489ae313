import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { levelOf } from '../file-names.ts'
import {
  isMaildir,
  MAILDIR_KEYWORDS,
  maildirDate,
  maildirFlags,
  maildirLevels,
  readMaildirKeywords,
} from './maildir.ts'
import { MESSAGE_LIST, readMessageList } from './message-list.ts'
import type { Found, Source } from './source.ts'

/** Finds the mail in files and folders, in the order of their names. */
export async function* findMail(paths: readonly string[]): AsyncGenerator<Found> {
  for (const name of paths) yield* named(name)
}

type Levels = readonly string[]

async function* named(name: string): AsyncGenerator<Found> {
  let isFolder: boolean
  try {
    isFolder = (await stat(name)).isDirectory()
  } catch (thrown) {
    yield unreadable(name, thrown)
    return
  }
  if (isFolder) yield* folder(name, [])
  else yield await file(name, { kind: (await beginsAsMbox(name)) ? 'mbox' : 'message', folder: [] })
}

async function* folder(name: string, levels: Levels): AsyncGenerator<Found> {
  let entries: Dirent[]
  try {
    entries = await readdir(name, { withFileTypes: true })
  } catch (thrown) {
    yield unreadable(name, thrown)
    return
  }
  entries.sort((a, b) => inOrder(a.name, b.name))
  const maildir = isMaildir(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name))
  const listed = await readMessageList(name)
  for (const entry of entries) {
    const inner = path.join(name, entry.name)
    if (maildir && ['cur', 'new', 'tmp'].includes(entry.name)) {
      // What is in tmp is still being delivered.
      if (entry.name !== 'tmp') yield* maildirFiles(name, entry.name, levels)
    } else if (entry.isDirectory()) {
      const below = maildir && /^\../.test(entry.name) ? maildirLevels(entry.name) : [levelOf(entry.name)]
      yield* folder(inner, [...levels, ...below])
    } else if (entry.name === MESSAGE_LIST || (maildir && entry.name === MAILDIR_KEYWORDS)) continue
    else if (entry.isFile() || (await leadsToFile(inner, entry))) yield await fileByName(inner, levels, listed)
    else yield { kind: 'skipped' }
  }
}

async function* maildirFiles(maildir: string, name: string, levels: Levels): AsyncGenerator<Found> {
  const keywords = await readMaildirKeywords(maildir)
  const entries = (await readdir(path.join(maildir, name))).sort(inOrder)
  for (const entry of entries) {
    const about = { kind: 'message', folder: levels, received: maildirDate(entry) } as const
    if (entry.startsWith('.')) yield { kind: 'skipped' }
    else yield await file(path.join(maildir, name, entry), { ...about, flags: maildirFlags(entry, keywords) })
  }
}

/** By the number that names begin with, so that `10.eml` comes after `9.eml`; else by their characters. */
function inOrder(a: string, b: string): number {
  const byNumber = Number.parseInt(a, 10) - Number.parseInt(b, 10)
  return byNumber || (a < b ? -1 : 1)
}

/** A link to a file counts as the file; one to a folder might lead in circles and is passed over. */
const leadsToFile = async (name: string, entry: Dirent): Promise<boolean> =>
  entry.isSymbolicLink() &&
  (await stat(name).then(
    (it) => it.isFile(),
    () => false,
  ))

function fileByName(
  name: string,
  levels: Levels,
  listed: Awaited<ReturnType<typeof readMessageList>>,
): Promise<Found> | Found {
  const { base, ext } = path.parse(name)
  if (/^\.mbox$/i.test(ext)) return file(name, { kind: 'mbox', folder: [...levels, levelOf(base.slice(0, -5))] })
  if (!/^\.eml$/i.test(ext)) return { kind: 'skipped' }
  const known = listed.get(base)
  return file(name, { kind: 'message', folder: levels, ...known, exact: known !== undefined })
}

async function file(
  name: string,
  { kind, folder, received, flags = [], exact = false }: Pick<Source, 'kind' | 'folder'> & Partial<Source>,
): Promise<Found> {
  try {
    const { size, mtimeMs } = await stat(name)
    return {
      kind: 'source',
      source: { path: name, kind, folder, octets: size, modified: mtimeMs, received, flags, exact },
    }
  } catch (thrown) {
    return unreadable(name, thrown)
  }
}

async function beginsAsMbox(name: string): Promise<boolean> {
  const handle = await open(name).catch(() => undefined)
  if (!handle) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 0)
    return buffer.toString('latin1', 0, bytesRead) === 'From '
  } finally {
    await handle.close()
  }
}

const unreadable = (name: string, thrown: unknown): Found => {
  const { code, message } = thrown as NodeJS.ErrnoException
  return { kind: 'failed', path: name, reason: code === 'ENOENT' ? 'There is no such file.' : message }
}
