import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isMaildir, maildirFlags } from './maildir.ts'
import type { Found } from './source.ts'

/** Finds the mail in files and folders, in the order of their names. */
export async function* findMail(paths: readonly string[]): AsyncGenerator<Found> {
  for (const name of paths) yield* named(name)
}

async function* named(name: string): AsyncGenerator<Found> {
  let isFolder: boolean
  try {
    isFolder = (await stat(name)).isDirectory()
  } catch (thrown) {
    yield unreadable(name, thrown)
    return
  }
  if (isFolder) yield* folder(name)
  else yield await file(name, (await beginsAsMbox(name)) ? 'mbox' : 'message')
}

async function* folder(name: string): AsyncGenerator<Found> {
  let entries: Dirent[]
  try {
    entries = await readdir(name, { withFileTypes: true })
  } catch (thrown) {
    yield unreadable(name, thrown)
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const maildir = isMaildir(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name))
  for (const entry of entries) {
    const inner = path.join(name, entry.name)
    if (maildir && ['cur', 'new', 'tmp'].includes(entry.name)) {
      // What is in tmp is still being delivered.
      if (entry.name !== 'tmp') yield* maildirFiles(inner)
    } else if (entry.isDirectory()) yield* folder(inner)
    else if (entry.isFile() || (await leadsToFile(inner, entry)))
      yield /\.(eml|mbox)$/i.test(entry.name) ? await fileByName(inner) : { kind: 'skipped' }
    else yield { kind: 'skipped' }
  }
}

async function* maildirFiles(name: string): AsyncGenerator<Found> {
  const entries = (await readdir(name)).sort()
  for (const entry of entries) {
    if (entry.startsWith('.')) yield { kind: 'skipped' }
    else yield await file(path.join(name, entry), 'message', maildirFlags(entry))
  }
}

/** A link to a file counts as the file; one to a folder might lead in circles and is passed over. */
const leadsToFile = async (name: string, entry: Dirent): Promise<boolean> =>
  entry.isSymbolicLink() &&
  (await stat(name).then(
    (it) => it.isFile(),
    () => false,
  ))

const fileByName = (name: string): Promise<Found> => file(name, /\.mbox$/i.test(name) ? 'mbox' : 'message')

async function file(name: string, kind: 'message' | 'mbox', flags: readonly string[] = []): Promise<Found> {
  try {
    const { size, mtimeMs } = await stat(name)
    return { kind: 'source', source: { path: name, kind, octets: size, modified: mtimeMs, flags } }
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
