import { trimBlanks } from './header.ts'
import { HeaderScanner } from './scanner.ts'

/** One mailbox of an address list. Texts are undecoded octets without quotes. */
export interface MailboxAddress {
  readonly kind: 'mailbox'
  /** The display name, or in the old style the comment. */
  readonly name: string | undefined
  /** `@a,@b`: RFC 5322 §4.4. */
  readonly route: string | undefined
  readonly local: string | undefined
  readonly domain: string | undefined
}

/** RFC 5322 §3.4: `name: members;` */
export interface GroupAddress {
  readonly kind: 'group'
  readonly name: string
  readonly members: readonly MailboxAddress[]
}

export type Address = MailboxAddress | GroupAddress

/** Maximum number of mailboxes in one list. More are ignored. */
const MOST_MAILBOXES = 10_000

/**
 * Reads an address list (RFC 5322 §3.4, and the obsolete forms of §4.4). Malformed addresses are read as far as
 * possible: a missing comma, a name without an address, an address as its own name, an angle bracket that is not
 * closed.
 */
export function parseAddresses(octets: string): Address[] {
  return new AddressReader(octets).list()
}

/**
 * The address of a mailbox as undecoded octets: `local@domain`, with quotes around a local part that needs them. What is
 * missing is left out.
 */
export function addressOctets({ local, domain }: Pick<MailboxAddress, 'local' | 'domain'>): string {
  if (local === undefined || domain === undefined) return local ?? domain ?? ''
  return `${dotAtom.test(local) ? local : `"${local.replaceAll(/["\\]/g, '\\$&')}"`}@${domain}`
}

interface Word {
  readonly text: string
  /** Whether a blank precedes the word. */
  readonly apart: boolean
}

interface AddressMatch {
  readonly route: string | undefined
  readonly local: string | undefined
  readonly domain: string | undefined
  readonly bracketed: boolean
}

class AddressReader {
  readonly #scanner: HeaderScanner
  #count = 0
  #entries: MailboxAddress[] = []
  /** The words of the present entry, which may be a name or an address. */
  #words: Word[] = []
  #name = ''
  #found: AddressMatch | undefined
  #quotes = true

  constructor(octets: string) {
    this.#scanner = new HeaderScanner(octets)
  }

  list(): Address[] {
    const scanner = this.#scanner
    const list: Address[] = []
    let group: string | undefined
    const flush = (next: string | undefined) => {
      this.#finish()
      if (group === undefined) list.push(...this.#entries)
      else list.push({ kind: 'group', name: group, members: this.#entries })
      this.#entries = []
      group = next
    }
    while (this.#count < MOST_MAILBOXES) {
      const apart = scanner.skipBlanks()
      if (scanner.done) break
      if (scanner.take(',')) this.#finish()
      else if (scanner.take(';')) flush(undefined)
      else if (!scanner.take(':')) this.#piece(apart)
      else if (group === undefined && this.#words.length > 0) flush(this.#takeName())
    }
    flush(undefined)
    return list
  }

  #piece(apart: boolean): void {
    const scanner = this.#scanner
    const character = scanner.peek()
    if (character === '<') return this.#bracket()
    if (scanner.take('@')) return this.#bare()
    const quoted = character === '"' ? this.#quoted() : undefined
    const text = quoted ?? scanner.run(atomShape)
    if (text !== '') this.#words.push({ text, apart })
    else if (quoted === undefined) scanner.at++
  }

  /** The quoted string that opens here. After one that is not closed, quotes are plain characters. */
  #quoted(): string | undefined {
    const text = this.#quotes ? this.#scanner.closedQuoted() : undefined
    this.#quotes = text !== undefined
    return text
  }

  /** `<local@domain>`, with or without a route; parts may be missing. */
  #bracket(): void {
    const scanner = this.#scanner
    if (this.#found?.bracketed) this.#finishBefore()
    // An address may be its own display name: joe@example.com <joe@example.com>
    const spelled = this.#found ? `${this.#found.local ?? ''}@${this.#found.domain ?? ''}` : ''
    const name = [this.#name, spelled, this.#takeName()].filter((text) => text !== '').join(' ')
    while (scanner.take('<'));
    scanner.skipBlanks()
    const route = scanner.run(routeShape).replaceAll(/[ \t\r\n:]+/g, '') || undefined
    const local = this.#bracketedLocal()
    const domain = scanner.take('@') ? this.#domain() : undefined
    scanner.run(bracketEnd)
    this.#name = name
    this.#found = { route, local, domain, bracketed: true }
  }

  #bracketedLocal(): string | undefined {
    const scanner = this.#scanner
    let local: string | undefined
    for (;;) {
      scanner.skipBlanks()
      const character = scanner.peek()
      if (scanner.done || character === '@' || character === '>' || character === '<') return local
      const quoted = character === '"' ? this.#quoted() : undefined
      const text = quoted ?? scanner.run(localShape)
      if (text === '' && quoted === undefined) scanner.at++
      local = (local ?? '') + text
    }
  }

  /** The domain of `local@domain`, after the local part and the `@`. */
  #bare(): void {
    const before = this.#found
    if (before && !before.bracketed && this.#words.length === 0) {
      this.#found = { ...before, local: `${before.local ?? ''}@${before.domain ?? ''}`, domain: this.#domain() }
      return
    }
    if (before) this.#finishBefore()
    const local = this.#takeLocal()
    this.#name = this.#takeName()
    this.#found = { route: undefined, local, domain: this.#domain(), bracketed: false }
  }

  #domain(): string {
    const scanner = this.#scanner
    scanner.skipBlanks()
    if (scanner.peek() === '[') return scanner.run(literalShape)
    let domain = scanner.run(atomShape)
    for (;;) {
      const start = scanner.at
      scanner.skipBlanks()
      const dotted = domain.endsWith('.') || scanner.peek() === '.'
      const more = dotted ? scanner.run(atomShape) : ''
      if (more === '') {
        scanner.at = start
        return domain
      }
      domain += more
    }
  }

  /** The last words that dots join, or no blank separates: RFC 5322 §4.4 allows blanks around the dots. */
  #takeLocal(): string | undefined {
    const words = this.#words
    if (words.length === 0) return undefined
    let first = words.length - 1
    while (first > 0 && isJoined(words[first - 1]!, words[first]!)) first--
    return words
      .splice(first)
      .map((word) => word.text)
      .join('')
  }

  #takeName(): string {
    const name = this.#words.map((word) => (word.apart ? ` ${word.text}` : word.text)).join('')
    this.#words = []
    return trimBlanks(name)
  }

  /** A comma is missing: the words after the last address belong to the next one. */
  #finishBefore(): void {
    const words = this.#words
    this.#words = []
    this.#finish()
    this.#words = words
  }

  #finish(): void {
    const comment = this.#scanner.comment
    const found = this.#found ?? this.#lonelyWords()
    if (found) {
      const { route, local, domain } = found
      this.#entries.push({ kind: 'mailbox', name: this.#name || comment || undefined, route, local, domain })
      this.#count++
    }
    this.#words = []
    this.#name = ''
    this.#found = undefined
    this.#scanner.comment = undefined
  }

  /** One word without a domain is a local part; several words are a name. */
  #lonelyWords(): AddressMatch | undefined {
    if (this.#words.length === 0) return undefined
    const text = this.#takeName()
    const named = text.includes(' ')
    if (named) this.#name = text
    return { route: undefined, local: named ? undefined : text, domain: undefined, bracketed: false }
  }
}

const isJoined = (left: Word, right: Word): boolean =>
  !right.apart || right.text.startsWith('.') || left.text.endsWith('.')

const atomShape = /[^ \t\r\n()<>@,;:"\\]+/y
const localShape = /[^ \t\r\n()<>@"]+/y
const routeShape = /@[^:<>]*:/y
const literalShape = /\[[^\]>]*\]?/y
const bracketEnd = /[^<>,;]*>/y
/** RFC 5322 §3.2.3, and octets of other characters. */
const dotAtom = /^[\w!#$%&'*+\-/=?^`{|}~\x80-\xff]+(?:\.[\w!#$%&'*+\-/=?^`{|}~\x80-\xff]+)*$/
