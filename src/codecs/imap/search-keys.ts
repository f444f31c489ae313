import { refuse } from '../../core/refusal.ts'
import { readDate } from './date-time.ts'
import type { ImapReader } from './reader.ts'
import { type MessageSet, readMessageSet } from './sequence-set.ts'

/** The day of delivery, of the Date field, and of saving in the folder (RFC 8514 §4.3). */
export type DateOf = 'received' | 'sent' | 'saved'

/** RFC 3501 §6.4.4, as the client sent it: sequence numbers and `\Recent` have a meaning in its session only. */
export type SearchTerm =
  | { readonly key: 'all' | 'recent' | 'new' | 'old' }
  | { readonly key: 'sequence'; readonly set: MessageSet }
  | { readonly key: 'uid'; readonly set: MessageSet }
  /** RFC 9738 §3.2 */
  | { readonly key: 'uidafter' | 'uidbefore'; readonly uid: number }
  /** A system flag by its name, or a keyword. */
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean; readonly keyword: boolean }
  | { readonly key: 'before' | 'on' | 'since'; readonly of: DateOf; readonly day: string }
  /** RFC 8514 §4.3: whether the folder keeps save dates. */
  | { readonly key: 'savedatesupported' }
  | { readonly key: 'larger' | 'smaller'; readonly octets: number }
  | { readonly key: 'header'; readonly name: string; readonly text: string }
  | { readonly key: 'body' | 'text'; readonly text: string }
  /** RFC 5032 §3: the time since delivery. */
  | { readonly key: 'older' | 'younger'; readonly seconds: number }
  /** RFC 8474 §6 */
  | { readonly key: 'emailid' | 'threadid'; readonly id: string }
  /** RFC 7162 §3.1.5 */
  | { readonly key: 'modseq'; readonly from: number }
  /** RFC 6203 §3: `fuzzy` also matches similar values. */
  | { readonly key: 'not' | 'fuzzy'; readonly of: SearchTerm }
  | { readonly key: 'or' | 'and'; readonly of: readonly SearchTerm[] }

export interface Search {
  /** In upper case; undefined if the client named no charset. */
  readonly charset: string | undefined
  readonly term: SearchTerm
}

export interface SearchLimits {
  readonly charsets: readonly string[]
  /** Maximum nesting of keys. */
  readonly depth: number
}

const systemFlags = new Map([
  ['ANSWERED', '\\Answered'],
  ['DELETED', '\\Deleted'],
  ['DRAFT', '\\Draft'],
  ['FLAGGED', '\\Flagged'],
  ['SEEN', '\\Seen'],
])
const dates = new Map<string, readonly ['before' | 'on' | 'since', DateOf]>([
  ['BEFORE', ['before', 'received']],
  ['ON', ['on', 'received']],
  ['SINCE', ['since', 'received']],
  ['SENTBEFORE', ['before', 'sent']],
  ['SENTON', ['on', 'sent']],
  ['SENTSINCE', ['since', 'sent']],
  ['SAVEDBEFORE', ['before', 'saved']],
  ['SAVEDON', ['on', 'saved']],
  ['SAVEDSINCE', ['since', 'saved']],
])
const addressed = new Set(['BCC', 'CC', 'FROM', 'SUBJECT', 'TO'])

/** Reads the arguments of RFC 3501 §9 `search`. Refuses `unsupported` for a charset that is not in the limits. */
export function readSearch(reader: ImapReader, limits: SearchLimits): Search {
  let charset: string | undefined
  if (reader.skip('CHARSET ')) {
    charset = reader.astring().toUpperCase()
    if (!limits.charsets.includes(charset)) refuse('unsupported', 'Unsupported charset', { code: 'BADCHARSET' })
    reader.space()
  }
  return { charset, term: new SearchReader(reader, limits.depth).keys() }
}

class SearchReader {
  readonly #reader: ImapReader
  #room: number

  constructor(reader: ImapReader, depth: number) {
    this.#reader = reader
    this.#room = depth
  }

  /** One or more keys, all of which must hold. */
  keys(): SearchTerm {
    const of: SearchTerm[] = []
    do of.push(this.#key())
    while (this.#reader.skip(' '))
    return of.length === 1 ? of[0]! : { key: 'and', of }
  }

  #key(): SearchTerm {
    const reader = this.#reader
    if (reader.peek() === '(') {
      reader.expect('(')
      const inner = this.#deeper(() => this.keys())
      reader.expect(')')
      return inner
    }
    if (/[\d*$]/.test(reader.peek())) return { key: 'sequence', set: readMessageSet(reader) }
    return this.#named(reader.word())
  }

  #named(word: string): SearchTerm {
    const reader = this.#reader
    const date = dates.get(word)
    if (date) return { key: date[0], of: date[1], day: readDate(reader.space()) }
    const flag = flagNamed(word)
    if (flag) return flag
    if (addressed.has(word)) return { key: 'header', name: word, text: this.#text() }
    switch (word) {
      case 'ALL':
      case 'RECENT':
      case 'NEW':
      case 'OLD':
        return { key: word.toLowerCase() as 'all' | 'recent' | 'new' | 'old' }
      case 'SAVEDATESUPPORTED':
        return { key: 'savedatesupported' }
      case 'UID':
        return { key: 'uid', set: readMessageSet(reader.space()) }
      case 'UIDAFTER':
      case 'UIDBEFORE':
        return { key: word === 'UIDAFTER' ? 'uidafter' : 'uidbefore', uid: reader.space().nonZero() }
      case 'KEYWORD':
      case 'UNKEYWORD':
        return { key: 'flag', flag: reader.space().atom(), set: word === 'KEYWORD', keyword: true }
      case 'LARGER':
      case 'SMALLER':
        return { key: word === 'LARGER' ? 'larger' : 'smaller', octets: reader.space().number64() }
      case 'HEADER':
        return { key: 'header', name: reader.space().astring(), text: this.#text() }
      case 'BODY':
      case 'TEXT':
        return { key: word === 'BODY' ? 'body' : 'text', text: this.#text() }
      case 'OLDER':
      case 'YOUNGER':
        return { key: word === 'OLDER' ? 'older' : 'younger', seconds: reader.space().nonZero() }
      case 'EMAILID':
      case 'THREADID':
        return { key: word === 'EMAILID' ? 'emailid' : 'threadid', id: readObjectId(reader.space()) }
      case 'MODSEQ':
        return { key: 'modseq', from: readModSeq(reader.space()) }
      case 'NOT':
      case 'FUZZY':
        return { key: word === 'NOT' ? 'not' : 'fuzzy', of: this.#operand() }
      case 'OR':
        return { key: 'or', of: [this.#operand(), this.#operand()].flatMap(alternatives) }
      default:
        return refuse('bad-syntax', `Unknown search key ${word}`)
    }
  }

  #operand(): SearchTerm {
    this.#reader.space()
    return this.#deeper(() => this.#key())
  }

  #deeper<T>(read: () => T): T {
    if (this.#room === 0) refuse('bad-syntax', 'The search is nested too deeply', { code: 'LIMIT' })
    this.#room -= 1
    const result = read()
    this.#room += 1
    return result
  }

  /** US-ASCII is a subset of UTF-8. Invalid octets match nothing. */
  #text(): string {
    return Buffer.from(this.#reader.space().astring(), 'latin1').toString('utf8')
  }
}

/** RFC 7162 §3.1.5: the key may name one flag; Postern has one mod-sequence for all metadata of a message. */
function readModSeq(reader: ImapReader): number {
  if (reader.peek() === '"') {
    const entry = reader.quoted()
    const type = reader.space().word()
    if (!/^\/flags\/./i.test(entry) || !['ALL', 'PRIV', 'SHARED'].includes(type)) {
      refuse('bad-syntax', 'Unknown metadata')
    }
    reader.space()
  }
  return reader.modSeq()
}

/** RFC 8474 §7 `objectid`. */
function readObjectId(reader: ImapReader): string {
  const id = reader.astring()
  return /^[A-Za-z0-9_-]{1,255}$/.test(id) ? id : refuse('bad-syntax', 'Expected an object id')
}

/** Flattens `OR a OR b c`: clients chain many alternatives. */
const alternatives = (term: SearchTerm): readonly SearchTerm[] => (term.key === 'or' ? term.of : [term])

function flagNamed(word: string): SearchTerm | undefined {
  const set = !word.startsWith('UN')
  const flag = systemFlags.get(set ? word : word.slice(2))
  return flag ? { key: 'flag', flag, set, keyword: false } : undefined
}
