import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'
import type { TextPiece } from '../../../codecs/mime/text.ts'
import type { Uid } from '../../../core/ids.ts'
import { type Flags, type FolderIndex, type MetadataChunk, type SearchKey, systemFlags } from '../types.ts'
import { dayOf, daysOf, type HeaderFacts, within } from './header-facts.ts'

/** A search key that contains no other keys. */
export type LeafKey = Exclude<SearchKey, { readonly of: SearchKey | readonly SearchKey[] }>

/** A condition on a message, by the data that it needs. Each kind costs more than the one before. */
export type Leaf = IndexLeaf | FiguresLeaf | HeaderLeaf | BodyLeaf

/** Needs the index at this moment. */
export interface IndexLeaf {
  readonly asks: 'index'
  test(index: FolderIndex): (position: number) => boolean
}

/** Needs the numbers of a message, which never change. */
export interface FiguresLeaf {
  readonly asks: 'figures'
  test(chunk: MetadataChunk, uid: Uid): boolean
}

/** Needs the message's own header. */
export interface HeaderLeaf {
  readonly asks: 'header'
  readonly ask: HeaderAsk
  test(header: HeaderFacts): boolean
}

/** Needs all text of a message; for `text`, the lines of its header too. */
export interface BodyLeaf {
  readonly asks: 'body'
  readonly ask: BodyAsk
  test(found: TermMatches): boolean
}

export type Ask = HeaderAsk | BodyAsk

export type HeaderAsk =
  /** A field's name in lower case, and a case-folded text. An empty text tests for the presence of the field. */
  | { readonly of: 'field'; readonly name: string; readonly needle: string }
  /** Days since 1970. */
  | { readonly of: 'sent'; readonly first: number; readonly last: number }

export interface BodyAsk {
  readonly of: 'body' | 'text'
  /** Case-folded and not empty. */
  readonly needle: string
}

/** The terms of a search that a message contains. */
interface TermMatches {
  readonly inHeader: ReadonlySet<string>
  readonly inBody: ReadonlySet<string>
}

export function leafOf(key: LeafKey): Leaf {
  switch (key.key) {
    case 'all':
      return everything
    case 'uids':
      return uidLeaf(key.ranges)
    case 'flag':
      return flagLeaf(key.flag, key.set)
    case 'modseq':
      return indexLeaf((index) => (position) => index.modSeqAt(position) >= key.from)
    case 'larger':
      return { asks: 'figures', test: (chunk, uid) => chunk.octets(uid) > key.octets }
    case 'smaller':
      return { asks: 'figures', test: (chunk, uid) => chunk.octets(uid) < key.octets }
    case 'older':
      return { asks: 'figures', test: (chunk, uid) => chunk.received(uid).at <= key.than }
    case 'younger':
      return { asks: 'figures', test: (chunk, uid) => chunk.received(uid).at >= key.than }
    case 'header':
      return fieldLeaf(key.name.toLowerCase(), unicodeCasemap(key.text))
    case 'body':
    case 'text':
      return key.text === '' ? everything : bodyLeaf(key.key, unicodeCasemap(key.text))
    default:
      return dayLeaf(key)
  }
}

const indexLeaf = (test: IndexLeaf['test']): IndexLeaf => ({ asks: 'index', test })

const everything = indexLeaf(() => () => true)

function uidLeaf(ranges: readonly (readonly [Uid, Uid])[]): IndexLeaf {
  const apart = merged(ranges)
  return indexLeaf((index) => (position) => {
    const uid = index.uidAt(position)
    let low = 0
    let high = apart.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (apart[middle]![1] < uid) low = middle + 1
      else high = middle
    }
    return low < apart.length && apart[low]![0] <= uid
  })
}

function flagLeaf(flag: string, set: boolean): IndexLeaf {
  const name = flag.toLowerCase()
  const bit = Object.entries(systemFlags).find(([known]) => known.toLowerCase() === name)?.[1]
  const has = (flags: Flags) =>
    bit === undefined ? flags.keywords.some((keyword) => keyword.toLowerCase() === name) : (flags.system & bit) !== 0
  return indexLeaf((index) => {
    // Equal flags are one object, so each combination is tested once.
    const known = new Map<Flags, boolean>()
    return (position) => {
      const flags = index.flagsAt(position)
      let fits = known.get(flags)
      if (fits === undefined) {
        fits = has(flags) === set
        known.set(flags, fits)
      }
      return fits
    }
  })
}

const fieldLeaf = (name: string, needle: string): HeaderLeaf => ({
  asks: 'header',
  ask: { of: 'field', name, needle },
  test: (header) => header.texts(name).some((text) => text.includes(needle)),
})

/** RFC 9051 §6.4.4: TEXT searches the header too. */
const bodyLeaf = (of: BodyAsk['of'], needle: string): BodyLeaf => ({
  asks: 'body',
  ask: { of, needle },
  test: ({ inBody, inHeader }) => inBody.has(needle) || (of === 'text' && inHeader.has(needle)),
})

function dayLeaf({ key, of, day }: Extract<LeafKey, { readonly day: string }>): Leaf {
  const range = daysOf(key, day)
  if (of === 'received') {
    return { asks: 'figures', test: (chunk, uid) => within(range, dayOf(chunk.received(uid))) }
  }
  if (of === 'saved') return { asks: 'figures', test: (chunk, uid) => within(range, savedDay(chunk, uid)) }
  return {
    asks: 'header',
    ask: { of: 'sent', ...range },
    test: ({ sentDay }) => sentDay !== undefined && within(range, sentDay),
  }
}

/** RFC 8514 §4.3: if the date of saving is not recorded, the internal date is used. */
function savedDay(chunk: MetadataChunk, uid: Uid): number {
  const at = chunk.savedAt(uid)
  return dayOf(at === undefined ? chunk.received(uid) : { at, zone: 0 })
}

/** A range with both ends, the smaller first. */
export type Range = readonly [first: number, last: number]

/** The same numbers as ascending ranges that do not touch. */
export function merged(ranges: readonly Range[]): readonly Range[] {
  const sorted = ranges.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const).sort((a, b) => a[0] - b[0])
  const result: [number, number][] = []
  for (const [first, last] of sorted) {
    const before = result.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else result.push([first, last])
  }
  return result
}

const uidRangesEverything: readonly Range[] = [[1, Infinity]]

/** The UIDs that can match, as ascending ranges that do not touch. Other messages need not be tested. */
export function scopeOf(query: SearchKey): readonly Range[] {
  if (query.key === 'uids') return merged(query.ranges)
  if (query.key !== 'and') return uidRangesEverything
  return query.of
    .map(scopeOf)
    .reduce((one, other) => (widthOf(other) < widthOf(one) ? other : one), uidRangesEverything)
}

const widthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)

/** Searches the text of one message, piece by piece, for several case-folded terms at once. */
export class SearchTerms implements TermMatches {
  readonly inHeader = new Set<string>()
  readonly inBody = new Set<string>()
  readonly #missing: Set<string>
  /** The number of characters of a piece that the search of the next piece needs. */
  readonly #overlap: number
  #tail = ''

  constructor(needles: readonly string[]) {
    this.#missing = new Set(needles)
    this.#overlap = Math.max(0, ...needles.map((needle) => needle.length - 1))
  }

  /** True if more text cannot change the result. */
  get done(): boolean {
    return this.#missing.size === 0
  }

  look(piece: TextPiece): void {
    const text = (piece.continues ? this.#tail : '') + unicodeCasemap(piece.text)
    for (const needle of this.#missing) {
      if (!text.includes(needle)) continue
      if (piece.in === 'header') this.inHeader.add(needle)
      else {
        this.inBody.add(needle)
        this.#missing.delete(needle)
      }
    }
    this.#tail = this.#overlap > 0 ? text.slice(-this.#overlap) : ''
  }
}
