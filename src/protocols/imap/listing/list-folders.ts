import { type ListSelection, matcher } from '../../../codecs/imap/list-command.ts'
import { refuse } from '../../../core/refusal.ts'
import { PauseCounter } from '../../../core/concurrency.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderLabel, patternText, SEPARATOR } from './folder-name.ts'
import type { ListEntry } from './list-line.ts'

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
