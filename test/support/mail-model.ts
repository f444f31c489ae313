import type { Folder, FlagChange, Flags, Mailbox } from '../../src/domain/mail/types.ts'
import type { Uid } from '../../src/core/ids.ts'
import { DELETED } from '../../src/domain/mail/types.ts'
import { simpleMessage } from './mail-store.ts'

/** The simplest model of a folder. */
export interface ModelFolder {
  uidNext: number
  messages: { uid: number; subject: string; system: number; keywords: string[] }[]
}

export type Call = (mailbox: Mailbox) => Promise<unknown>

export type Op =
  | { op: 'append'; folder: number; given: Flags[] }
  | { op: 'store'; folder: number; picks: number[]; change: FlagChange }
  | { op: 'copy' | 'move'; folder: number; picks: number[]; to: number }
  | { op: 'expunge'; folder: number; picks: number[] | undefined }
  | { op: 'remove'; folder: number; picks: number[] }
  | { op: 'create'; path: string }
  | { op: 'delete'; folder: number }
  | { op: 'rename'; folder: number; path: string }

/** A mailbox as maps and arrays. */
export class MailModel {
  readonly folders = new Map<string, ModelFolder>()
  #letters = 0

  constructor(paths: readonly string[]) {
    for (const path of paths) this.folders.set(path, { uidNext: 1, messages: [] })
  }

  /** Does it, and says what to call on a mailbox to have it done there, and whether that is to be refused. */
  apply(op: Op, idOf: (path: string) => Folder['id']): { call: Call; refused?: boolean } {
    if (op.op === 'create') {
      return { refused: !this.#make(op.path), call: (mailbox) => mailbox.createFolder(op.path) }
    }
    const [from, source] = this.#at(op.folder)
    const id = idOf(from)
    switch (op.op) {
      case 'append': {
        const messages = op.given.map((given) => ({ given, subject: `Letter ${this.#letters++}` }))
        for (const { given, subject } of messages) this.#add(source, { ...given, subject })
        const news = messages.map(({ given, subject }) => ({ bytes: simpleMessage(subject), flags: given }))
        return { call: (mailbox) => mailbox.append(id, news) }
      }
      case 'store': {
        const uids = this.#picked(op.picks)
        for (const message of source.messages) {
          if (uids.includes(message.uid as Uid)) Object.assign(message, changed(message, op.change))
        }
        return { call: (mailbox) => mailbox.store(id, uids, op.change) }
      }
      case 'copy':
      case 'move': {
        const uids = this.#picked(op.picks)
        const [to, target] = this.#at(op.to)
        const sources = source.messages.filter(({ uid }) => uids.includes(uid as Uid))
        for (const message of sources) this.#add(target, message)
        if (op.op === 'move') source.messages = source.messages.filter((message) => !sources.includes(message))
        return { call: (mailbox) => mailbox[op.op](id, uids, idOf(to)) }
      }
      case 'expunge': {
        const uids = op.picks && this.#picked(op.picks)
        source.messages = source.messages.filter(
          ({ uid, system }) => !(system & DELETED) || (uids && !uids.includes(uid as Uid)),
        )
        return { call: (mailbox) => mailbox.expunge(id, uids) }
      }
      case 'remove': {
        const uids = this.#picked(op.picks)
        source.messages = source.messages.filter(({ uid }) => !uids.includes(uid as Uid))
        return { call: (mailbox) => mailbox.remove(id, uids) }
      }
      case 'delete': {
        const refused = from === 'Inbox' || this.#below(from).length > 0
        if (!refused) this.folders.delete(from)
        return { refused, call: (mailbox) => mailbox.deleteFolder(id) }
      }
      default:
        return { refused: !this.#rename(from, source, op.path), call: (mailbox) => mailbox.renameFolder(id, op.path) }
    }
  }

  #rename(from: string, source: ModelFolder, to: string): boolean {
    const below = this.#below(from)
    if (this.folders.has(to) || (from !== 'Inbox' && to.startsWith(`${from}/`))) return false
    this.#make(to)
    if (from === 'Inbox') {
      for (const message of source.messages) this.#add(this.folders.get(to)!, message)
      source.messages = []
      return true
    }
    for (const path of [from, ...below]) {
      const folder = this.folders.get(path)!
      this.folders.delete(path)
      this.folders.set(to + path.slice(from.length), folder)
    }
    return true
  }

  #make(path: string): boolean {
    if (this.folders.has(path)) return false
    const names = path.split('/')
    for (let level = 1; level <= names.length; level++) {
      const above = names.slice(0, level).join('/')
      if (!this.folders.has(above)) this.folders.set(above, { uidNext: 1, messages: [] })
    }
    return true
  }

  #at(nth: number): [string, ModelFolder] {
    const paths = [...this.folders.keys()]
    const path = paths[nth % paths.length]!
    return [path, this.folders.get(path)!]
  }

  #below(path: string): string[] {
    return [...this.folders.keys()].filter((other) => other.startsWith(`${path}/`))
  }

  #picked(picks: readonly number[]): Uid[] {
    return picks.map((pick) => (pick + 1) as Uid)
  }

  #add(folder: ModelFolder, { subject, system, keywords }: Flags & { subject: string }): void {
    folder.messages.push({ uid: folder.uidNext++, subject, system, keywords: keywords.toSorted(byFold) })
  }
}

const byFold = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)

function changed(before: Flags, { mode, flags: { system, keywords } }: FlagChange): Flags {
  if (mode === 'replace') return { system, keywords: keywords.toSorted(byFold) }
  if (mode === 'remove') {
    return { system: before.system & ~system, keywords: before.keywords.filter((word) => !keywords.includes(word)) }
  }
  return { system: before.system | system, keywords: [...new Set([...before.keywords, ...keywords])].sort(byFold) }
}
