import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import { type FolderFilter, type ListSelection, matcher } from '../../../codecs/imap/list-command.ts'
import { PauseCounter } from '../../../core/concurrency.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { specialUseText } from '../reply/flag-text.ts'
import { decodedName, folderLabel, patternText, quotedName, SEPARATOR } from './folder-name.ts'

interface Name {
  readonly path: string
  readonly label: string
  readonly folder: Folder | undefined
  readonly subscribed: boolean
}

export interface Names {
  readonly folders: readonly Folder[]
  /** Subscribed names, with or without a folder. */
  readonly subscriptions: readonly string[]
}

/** The content of a LIST response. */
interface ListEntry {
  /** The name, from {@link folderLabel}. */
  readonly label: string
  /** Undefined for a name without a folder. */
  readonly folder: Folder | undefined
  /** Reported if the client requested it. */
  readonly subscribed?: boolean
  /** RFC 5258 §4: the selection criteria that names below this one fulfil. */
  readonly below?: readonly string[]
  /** RFC 9051 §6.3.9.7: the old name, or the name in the command. */
  readonly was?: string | undefined
}

/** RFC 5258 §3: the names that match a pattern and the selection; INBOX first, parents before children. */
export async function listFolders(
  names: Names,
  patterns: Patterns,
  selection: ListSelection,
  dialect: ImapDialect,
): Promise<ListEntry[]> {
  const all = everyName(names, dialect)
  const matched = await patterns.fitting(all.values())
  const fits = (name: Name): boolean => fulfils(name, selection).length === criteria(selection).length
  const fitting = [...all.values()].filter(fits)
  const below = criteriaBelow(selection.recursive ? fitting : [], selection)
  // RFC 5258 §3.5: a parent gets no CHILDINFO for children that are listed themselves.
  const unlisted = criteriaBelow(selection.recursive ? fitting.filter((name) => !matched.has(name)) : [], selection)
  const parents = addedParents(all, unlisted, dialect)
  const parentsMatched = await patterns.fitting(parents)
  return inListOrder([...matched, ...parentsMatched])
    .filter((name) => (fits(name) && (name.folder || selection.subscribed)) || unlisted.has(name.path))
    .map(({ path, label, folder, subscribed }) => ({ label, folder, subscribed, below: below.get(path) ?? [] }))
}

function everyName({ folders, subscriptions }: Names, dialect: ImapDialect): Map<string, Name> {
  const subscribed = new Set(subscriptions)
  const named = (path: string, folder: Folder | undefined): readonly [string, Name] => [
    path,
    { path, label: folderLabel(path, dialect), folder, subscribed: subscribed.has(path) },
  ]
  return new Map([
    ...subscriptions.map((path) => named(path, undefined)),
    ...folders.map((folder) => named(folder.path, folder)),
  ])
}

const criteria = ({ subscribed, specialUse }: ListSelection): string[] => [
  ...(subscribed ? ['SUBSCRIBED'] : []),
  ...(specialUse ? ['SPECIAL-USE'] : []),
]

/** The selection criteria that a name fulfils. */
const fulfils = ({ folder, subscribed }: Name, selection: ListSelection): string[] =>
  criteria(selection).filter((name) => (name === 'SUBSCRIBED' ? subscribed : folder?.specialUse !== undefined))

/** RFC 5258 §3.1 RECURSIVEMATCH: the criteria that the children fulfil, for each parent. */
function criteriaBelow(fitting: readonly Name[], selection: ListSelection): Map<string, readonly string[]> {
  const below = new Map<string, readonly string[]>()
  for (const { path } of fitting) for (const parent of parentsOf(path)) below.set(parent, criteria(selection))
  return below
}

/** Parents that are neither folders nor subscribed names. */
const addedParents = (
  all: ReadonlyMap<string, Name>,
  below: ReadonlyMap<string, unknown>,
  dialect: ImapDialect,
): Name[] =>
  [...below.keys()]
    .filter((path) => !all.has(path))
    .map((path) => ({ path, label: folderLabel(path, dialect), folder: undefined, subscribed: false }))

export function* parentsOf(path: string): Generator<string> {
  for (let at = path.lastIndexOf(SEPARATOR); at > 0; at = path.lastIndexOf(SEPARATOR, at - 1)) yield path.slice(0, at)
}

/** Sorts names: INBOX first, parents before children. */
export function inListOrder<T extends { readonly path: string }>(names: readonly T[]): T[] {
  const keyed = names.map((name) => ({ name, key: orderKey(name.path) }))
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ name }) => name)
}

const orderKey = (path: string): string => (path === 'Inbox' ? '' : path.toLowerCase().replaceAll('/', '\0'))

/** Maximum number of patterns in one command. */
const MOST_PATTERNS = 100
/** Characters of names and patterns that are compared before other work runs. */
const CHARACTERS_PER_STEP = 4 * 1024 ** 2

/** The patterns of LIST and LSUB. */
export class Patterns {
  readonly #matchers: readonly ((label: string) => boolean)[]
  readonly #length: number
  readonly #turns: PauseCounter

  /** `patterns`: as the client sent them; refuses `too-big` for too many. `closed` cancels the work. */
  constructor(patterns: readonly string[], dialect: ImapDialect, closed: AbortSignal) {
    if (patterns.length > MOST_PATTERNS) refuse('too-big', 'Too many patterns', { code: 'LIMIT' })
    const texts = patterns.map((pattern) => patternText(pattern, dialect))
    this.#matchers = texts.map(matcher)
    this.#length = texts.reduce((sum, { length }) => sum + length, 0)
    this.#turns = new PauseCounter(CHARACTERS_PER_STEP, closed)
  }

  /** Whether a label matches one of the patterns. The caller awaits {@link pause} between two labels. */
  fit(label: string): boolean {
    this.#turns.count((label.length + 1) * (this.#length + 1))
    return this.#matchers.some((fits) => fits(label))
  }

  /** Resolves when the work may continue; undefined if it may at once. */
  pause(): Promise<void> | undefined {
    return this.#turns.due ? this.#turns.pause() : undefined
  }

  /** The names whose labels match. */
  async fitting<T extends { readonly label: string }>(names: Iterable<T>): Promise<Set<T>> {
    const found = new Set<T>()
    for (const name of names) {
      await this.pause()
      if (this.fit(name.label)) found.add(name)
    }
    return found
  }
}

/** RFC 9051 §7.3.1 `LIST`. */
export function listLine({ label, folder, subscribed, below = [], was }: ListEntry, { exchange }: ImapDialect): string {
  const attributes = folder ? attributesOf(folder, exchange) : ['\\NonExistent']
  if (subscribed) attributes.push('\\Subscribed')
  const children = below.length > 0 ? ` ("CHILDINFO" (${below.map((name) => `"${name}"`).join(' ')}))` : ''
  const old = was === undefined ? '' : ` ("OLDNAME" (${quotedName(was)}))`
  return `* LIST (${attributes.join(' ')}) "${SEPARATOR}" ${quotedName(label)}${children}${old}\r\n`
}

export const folderLine = (folder: Folder, dialect: ImapDialect, was?: string): string =>
  listLine({ label: folderLabel(folder.path, dialect), folder, was }, dialect)

/** RFC 9051 §6.3.9.7: the name in the command, if the folder is listed under a different one; only for IMAP4rev2. */
export function otherName({ path }: Folder, rawName: string, dialect: ImapDialect): string | undefined {
  return dialect.rev2 && folderLabel(path, dialect) !== rawName ? rawName : undefined
}

/** RFC 3348 §4, RFC 6154 §2; RFC 3501 §7.2.2 `\Marked`, which Exchange Online reports for folders with messages. */
function attributesOf(folder: Folder, exchange: boolean): string[] {
  const children = folder.hasChildren ? '\\HasChildren' : '\\HasNoChildren'
  const use = specialUseText(folder.specialUse, exchange)
  return [...(exchange && folder.count > 0 ? ['\\Marked'] : []), children, ...(use ? [use] : [])]
}

/** Returns the test for a filter. The selected folder is not tested here. */
export function fitting(
  filter: FolderFilter,
  dialect: ImapDialect,
): (folder: Pick<Folder, 'path' | 'subscribed'>) => boolean {
  switch (filter.of) {
    case 'subscribed':
      return ({ subscribed }) => subscribed
    case 'inboxes':
      return ({ path }) => path === 'Inbox'
    case 'mailboxes': {
      const paths = new Set(pathsOf(filter.names, dialect))
      return ({ path }) => paths.has(path)
    }
    case 'subtree': {
      const paths = pathsOf(filter.names, dialect)
      return ({ path }) => paths.some((above) => path === above || path.startsWith(`${above}${SEPARATOR}`))
    }
    case 'subtree-one': {
      const paths = new Set(pathsOf(filter.names, dialect))
      return ({ path }) => paths.has(path) || paths.has(parentOf(path))
    }
    case 'personal':
      return () => true
    default:
      return () => false
  }
}

/** RFC 5465 §6: a folder with the name may be created later; invalid names are ignored. */
const pathsOf = (names: readonly string[], dialect: ImapDialect): string[] =>
  names
    .flatMap((name) => decodedName(name, dialect) || [])
    .map((path) => normalized(path, 'NFC').replace(/^inbox(?=\/|$)/i, 'Inbox'))

/** The path of the parent; empty at the top level. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf(SEPARATOR), 0))
