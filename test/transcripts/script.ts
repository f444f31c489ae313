import { readFileSync } from 'node:fs'
import { DAY, HOUR } from '../../src/core/time.ts'

/**
 * A transcript is a conversation kept as text. Lines, blank ones and `# comments` apart (also behind two spaces):
 *
 * ```
 * given CLAUSE, CLAUSE …        what there is before anybody connects; see transcript-mail.ts and stage.ts for the
 * clauses A > text                      A sends a line; A, B … connect when first named A >> octets\r\n               A
 * sends exactly these octets; escapes are \r \n \t \\ \0 \xHH A < text                      the next line that A
 * receives A <~ text                     likewise, but a run of these may come in any order A <...  
 *   lines that do not matter, up to one that matches the `A <` after it A << octets\r\n               exactly these
 * octets, with the same escapes A <!                          the server ends A's connection connect A tls  
 *    A connects with TLS from the first octet (`connect A` connects in the clear) tls A                         A
 * upgrades its connection to TLS drop A                        A's connection breaks clock +31m                    the
 * server's clock moves (s, m, h, d) revoke ada                  access takes ada's mailbox back from everybody stop  
 *                      the server says goodbye to everybody sign-in granted ada Bearer the last sign-in was recorded
 * so; `sign-in refused ada token Basic` names the failing check meanwhile INBOX gets … somebody else changes a mailbox;
 * see transcript-mail.ts then INBOX holds 1 3 what a mailbox holds now; see transcript-mail.ts ```
 *
 * In what is received `<*>` stands for anything, and `<name>` for anything that is then the same wherever `<name>`
 * stands, in lines sent as well. `{xoauth2:ada:good}` and its like are written out; see expand.ts.
 */
export interface Script {
  readonly givens: readonly Clause[]
  readonly steps: readonly Step[]
}

export interface Clause {
  readonly line: number
  readonly text: string
}

export type Step = { readonly line: number; readonly source: string } & (
  | { readonly kind: 'send' | 'send-octets' | 'octets'; readonly who: string; readonly text: string }
  | { readonly kind: 'lines'; readonly who: string; readonly expected: readonly Clause[]; readonly skip: boolean }
  | { readonly kind: 'any-order'; readonly who: string; readonly expected: readonly Clause[] }
  | { readonly kind: 'closed' | 'upgrade' | 'drop'; readonly who: string }
  | { readonly kind: 'connect'; readonly who: string; readonly tls: boolean }
  | { readonly kind: 'clock'; readonly milliseconds: number }
  | { readonly kind: 'revoke' | 'meanwhile' | 'then' | 'sign-in'; readonly text: string }
  | { readonly kind: 'stop' }
)

/** Reads a transcript. Throws with the line number if a line has none of the forms above. */
export function parseScript(text: string): Script {
  const givens: Clause[] = []
  const steps: Step[] = []
  let skipping: string | undefined
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const source = raw.replace(/(^|\s{2,})#(\s.*)?$/, '').trimEnd()
    if (source.trim() === '') continue
    const given = /^given\s+(.*)$/.exec(source)
    if (given) {
      if (steps.length > 0) throw new Error(`line ${line}: 'given' comes before everything else`)
      givens.push(...clausesOf(given[1]!).map((clause) => ({ line, text: clause })))
      continue
    }
    const skip = /^(\w+)\s*<\.\.\.$/.exec(source)
    if (skip) {
      skipping = skip[1]
      continue
    }
    const step = spoken(line, source, skipping) ?? staged(line, source)
    if (!step) throw new Error(`line ${line} is not understood: ${source}`)
    skipping = undefined
    addStep(steps, step)
  }
  return { givens, steps }
}

/** Neighbours of the `<~` form make one step. */
function addStep(steps: Step[], step: Step): void {
  const last = steps.at(-1)
  if (step.kind === 'any-order' && last?.kind === 'any-order' && last.who === step.who) {
    steps[steps.length - 1] = { ...last, expected: [...last.expected, ...step.expected] }
  } else {
    steps.push(step)
  }
}

function spoken(line: number, source: string, skipping: string | undefined): Step | undefined {
  const found = /^([A-Z]\w*)\s*(>>|>|<<|<!|<~|<)(?:\s(.*))?$/s.exec(source)
  if (!found) return undefined
  const [, who = '', form, text = ''] = found
  if (skipping !== undefined && (form !== '<' || who !== skipping)) {
    throw new Error(`line ${line}: '${skipping} <...' is followed by '${skipping} < text'`)
  }
  switch (form) {
    case '>':
      return { kind: 'send', who, text, line, source }
    case '>>':
      return { kind: 'send-octets', who, text, line, source }
    case '<<':
      return { kind: 'octets', who, text, line, source }
    case '<!':
      return { kind: 'closed', who, line, source }
    case '<~':
      return { kind: 'any-order', who, expected: [{ line, text }], line, source }
    default:
      return { kind: 'lines', who, expected: [{ line, text }], skip: skipping !== undefined, line, source }
  }
}

function staged(line: number, source: string): Step | undefined {
  const [verb, ...words] = source.trim().split(/\s+/)
  const text = words.join(' ')
  const who = words[0] ?? ''
  switch (verb) {
    case 'connect':
      return { kind: 'connect', who, tls: words[1] === 'tls', line, source }
    case 'tls':
      return { kind: 'upgrade', who, line, source }
    case 'drop':
      return { kind: 'drop', who, line, source }
    case 'clock':
      return { kind: 'clock', milliseconds: durationOf(text, line), line, source }
    case 'revoke':
    case 'sign-in':
      return { kind: verb, text, line, source }
    case 'meanwhile':
    case 'then':
      return { kind: verb, text: source.trim().slice(verb.length).trim(), line, source }
    case 'stop':
      return { kind: 'stop', line, source }
    default:
      return undefined
  }
}

function durationOf(text: string, line: number): number {
  const found = /^\+(\d+)(ms|s|m|h|d)$/.exec(text)
  if (!found) throw new Error(`line ${line}: '${text}' is not a duration such as +31m`)
  const unit = { ms: 1, s: 1000, m: 60_000, h: HOUR, d: DAY }[found[2]!]!
  return Number(found[1]) * unit
}

/** Splits at commas outside quotation marks. */
function clausesOf(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []).map((clause) => clause.trim()).filter(Boolean)
}

/** The values of `<name>` that were seen. */
export type Bindings = ReadonlyMap<string, string>

const gap = /<(\*|[a-z][a-z0-9-]*)>/g
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** The bindings after `got` was matched with `expected`, or undefined when it does not match. */
export function match(expected: string, got: string, bindings: Bindings): Bindings | undefined {
  const fresh: string[] = []
  let pattern = ''
  let last = 0
  for (const found of expected.matchAll(gap)) {
    pattern += escaped(expected.slice(last, found.index))
    last = found.index + found[0].length
    const name = found[1]!
    if (name === '*') pattern += '.*'
    else if (bindings.has(name)) pattern += escaped(bindings.get(name)!)
    else if (fresh.includes(name)) pattern += `\\${fresh.indexOf(name) + 1}`
    else {
      fresh.push(name)
      pattern += '(.+?)'
    }
  }
  const matched = new RegExp(`^${pattern}${escaped(expected.slice(last))}$`, 's').exec(got)
  if (!matched) return undefined
  return new Map([...bindings, ...fresh.map((name, index) => [name, matched[index + 1]!] as const)])
}

/** Puts what is known in the place of `<name>`. */
export const fill = (text: string, bindings: Bindings): string =>
  text.replace(gap, (whole, name: string) => bindings.get(name) ?? whole)

const samples = new URL('../../samples/', import.meta.url)

/** `ada` is short for `ada@contoso.test`. */
export const addressOf = (name: string): string => (name.includes('@') ? name : `${name}@contoso.test`)

export const sample = (name: string): Buffer => readFileSync(new URL(name, samples))

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The forms in braces. Other braces stay as they are, such as the literal `{12}`. */
const forms: Readonly<Record<string, (...args: string[]) => string>> = {
  /** `{xoauth2:ada:good}`: the SASL payload for ada's mailbox and the token `good`. */
  xoauth2: (user = '', token = '') => base64(`user=${addressOf(user)}\x01auth=Bearer ${token}\x01\x01`),
  oauthbearer: (user = '', token = '') => base64(`n,a=${addressOf(user)},\x01auth=Bearer ${token}\x01\x01`),
  plain: (user = '', password = '') => base64(`\0${addressOf(user)}\0${password}`),
  /** `{base64:text}`, with escapes. */
  base64: (...text) => Buffer.from(unescape(text.join(':')), 'latin1').toString('base64'),
  /** `{times:500:x}`: a text so many times over. */
  times: (count = '', ...text) => text.join(':').repeat(Number(count)),
  /** Octets of a sample, and how many there are: `{{size:lunch.eml}}` is a literal's announcement. */
  file: (name = '') => sample(name).toString('latin1'),
  size: (name = '') => String(sample(name).length),
}

/** Writes out the forms in braces, inner ones first. */
export function expand(text: string): string {
  const once = text.replace(/\{(\w+):([^{}]*)\}/g, (whole, name: string, args: string) =>
    Object.hasOwn(forms, name) ? forms[name]!(...args.split(':')) : whole,
  )
  return once === text ? once : expand(once)
}

/** Octets, as a latin1 string, that a text with escapes stands for. */
export function unescape(text: string): string {
  const plain: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\', '"': '"' }
  return octets(text).replace(/\\(?:x([0-9a-fA-F]{2})|([rnt0\\"]))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? plain[letter]! : String.fromCodePoint(Number.parseInt(hex, 16)),
  )
}

/** A text's UTF-8 octets, each as one character: how both sides of a comparison are held. */
export const octets = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
