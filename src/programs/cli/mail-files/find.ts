import type { Dirent } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { levelOf } from './directory-name.ts'
import {
  FOLDER_LIST,
  type MailFile,
  MESSAGE_LIST,
  readFolderList,
  readMessageList,
  type Source,
} from './message-list.ts'
import {
  isMaildir,
  MAILDIR_KEYWORDS,
  maildirDate,
  maildirFlags,
  maildirLevels,
  readMaildirKeywords,
} from './maildir.ts'
import { openMailFile } from './open-mail-file.ts'

/**
 * Finds the mail in files and directories, in the order of their names. Symbolic links are skipped, or followed; then
 * links to directories come last, and no directory is read twice.
 */
export async function* findMail(paths: readonly string[], followLinks = false): AsyncGenerator<MailFile> {
  const finder = new Finder(followLinks)
  for (const name of paths) yield* finder.named(name)
}

type Levels = readonly string[]

/** A name in a directory. */
interface Entry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Whether it is a link. */
  readonly linked: boolean
}

/** A directory, and the lists of an export in it. */
interface Contents {
  readonly entries: readonly Entry[]
  readonly messages: Awaited<ReturnType<typeof readMessageList>>
  readonly folders: Awaited<ReturnType<typeof readFolderList>>
}

/** The facts about a file before it is opened. */
type FileFacts = Pick<Source, 'kind' | 'folder' | 'linked'> & Partial<Source>

class Finder {
  readonly #followLinks: boolean
  /** Directories that were read, by device and inode. */
  readonly #read = new Set<string>()

  constructor(followLinks: boolean) {
    this.#followLinks = followLinks
  }

  async *named(name: string): AsyncGenerator<MailFile> {
    try {
      const { kind, linked } = await this.#entry(name, path.basename(name), await lstat(name))
      if (kind === 'directory') yield* this.#directory(name, [], linked)
      else if (kind === 'link') yield skippedLink(name)
      else yield await file(name, { kind: (await beginsAsMbox(name, linked)) ? 'mbox' : 'message', folder: [], linked })
    } catch (thrown) {
      yield unreadable(name, thrown)
    }
  }

  /** `linked`: whether a link was followed to get here. */
  async *#directory(name: string, levels: Levels, linked: boolean): AsyncGenerator<MailFile> {
    const found = await this.#contents(name, linked).catch((thrown: unknown) => unreadable(name, thrown))
    if ('kind' in found) {
      yield found
      return
    }
    const { entries, folders } = found
    const maildir = isMaildir(entries.filter(({ kind }) => kind === 'directory').map((entry) => entry.name))
    for (const entry of entries) {
      const inner = path.join(name, entry.name)
      if (entry.kind === 'link') yield skippedLink(inner)
      else if (maildir && entry.kind === 'directory' && ['cur', 'new', 'tmp'].includes(entry.name)) {
        // Messages in tmp are still being delivered.
        if (entry.name !== 'tmp') yield* this.#maildirFiles(name, entry.name, levels)
      } else if (entry.kind === 'directory') {
        const below = maildir && /^\../.test(entry.name) ? maildirLevels(entry.name) : levelsOf(entry.name, folders)
        yield* this.#directory(inner, [...levels, ...below], linked || entry.linked)
      } else if (entry.name === MESSAGE_LIST || entry.name === FOLDER_LIST) continue
      else if (maildir && entry.name === MAILDIR_KEYWORDS) continue
      else if (entry.kind === 'file') yield await fileByName(inner, { levels, linked: entry.linked }, found)
      else yield skipped(inner)
    }
  }

  async #contents(name: string, linked: boolean): Promise<Contents | MailFile> {
    if (this.#followLinks && (await this.#isReadBefore(name)) && linked) return skippedLink(name)
    const entries = await this.#entries(name)
    return { entries, messages: await readMessageList(name), folders: await readFolderList(name) }
  }

  async *#maildirFiles(maildir: string, name: string, levels: Levels): AsyncGenerator<MailFile> {
    const keywords = await readMaildirKeywords(maildir)
    const dir = path.join(maildir, name)
    const entries = await this.#entries(dir).catch((thrown: unknown) => unreadable(dir, thrown))
    if ('kind' in entries) {
      yield entries
      return
    }
    for (const entry of entries) {
      const about = {
        kind: 'message',
        folder: levels,
        received: maildirDate(entry.name),
        linked: entry.linked,
      } as const
      const inner = path.join(dir, entry.name)
      if (entry.kind === 'link') yield skippedLink(inner)
      else if (entry.kind !== 'file' || entry.name.startsWith('.')) yield skipped(inner)
      else {
        yield await file(inner, { ...about, flags: maildirFlags(entry.name, keywords) })
      }
    }
  }

  async #entries(directory: string): Promise<readonly Entry[]> {
    const found = await readdir(directory, { withFileTypes: true })
    const entries = await Promise.all(found.map((it) => this.#entry(path.join(directory, it.name), it.name, it)))
    return entries.sort(
      (a, b) => Number(isLinkedDirectory(a)) - Number(isLinkedDirectory(b)) || inOrder(a.name, b.name),
    )
  }

  async #entry(file: string, name: string, found: Kind & Pick<Dirent, 'isSymbolicLink'>): Promise<Entry> {
    if (!found.isSymbolicLink()) return { name, kind: kindOf(found), linked: false }
    // A link without a target is skipped.
    const target = this.#followLinks ? await stat(file).catch(() => undefined) : undefined
    return { name, kind: target ? kindOf(target) : 'link', linked: true }
  }

  async #isReadBefore(directory: string): Promise<boolean> {
    const { dev, ino } = await stat(directory, { bigint: true })
    const key = `${dev}:${ino}`
    const before = this.#read.has(key)
    this.#read.add(key)
    return before
  }
}

const skipped = (name: string): MailFile => ({ kind: 'skipped', path: name, link: false })
const skippedLink = (name: string): MailFile => ({ kind: 'skipped', path: name, link: true })

type Kind = Pick<Dirent, 'isFile' | 'isDirectory'>

const kindOf = (found: Kind): Entry['kind'] => (found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other')

const isLinkedDirectory = ({ kind, linked }: Entry): boolean => kind === 'directory' && linked

/** Compares the numbers at the start of names, so that `10.eml` follows `9.eml`; then the characters. */
function inOrder(a: string, b: string): number {
  const byNumber = Number.parseInt(a, 10) - Number.parseInt(b, 10)
  return byNumber || (a < b ? -1 : 1)
}

/** The levels of a directory's folder: from the list beside the directory, else from its name. */
const levelsOf = (name: string, listed: ReadonlyMap<string, string>): Levels =>
  listed.get(name)?.split('/') ?? [levelOf(name)]

function fileByName(
  name: string,
  { levels, linked }: { levels: Levels; linked: boolean },
  { messages, folders }: Contents,
): Promise<MailFile> | MailFile {
  const { base, ext } = path.parse(name)
  if (/^\.mbox$/i.test(ext)) {
    return file(name, { kind: 'mbox', folder: [...levels, ...levelsOf(base.slice(0, -5), folders)], linked })
  }
  if (!/^\.eml$/i.test(ext)) return skipped(name)
  const known = messages.get(base)
  return file(name, { kind: 'message', folder: levels, ...known, exact: known !== undefined, linked })
}

async function file(
  name: string,
  { kind, folder, received, flags = [], exact = false, linked }: FileFacts,
): Promise<MailFile> {
  try {
    const { size, mtimeMs } = await (linked ? stat(name) : lstat(name))
    return {
      kind: 'source',
      source: { path: name, kind, folder, octets: size, modified: mtimeMs, received, flags, exact, linked },
    }
  } catch (thrown) {
    return unreadable(name, thrown)
  }
}

async function beginsAsMbox(name: string, linked: boolean): Promise<boolean> {
  await using handle = await openMailFile(name, linked)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 0)
  return buffer.toString('latin1', 0, bytesRead) === 'From '
}

const unreadable = (name: string, thrown: unknown): MailFile => {
  const { code, message } = thrown as NodeJS.ErrnoException
  return { kind: 'failed', path: name, reason: code === 'ENOENT' ? 'The file does not exist.' : message }
}
