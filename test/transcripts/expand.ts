import { readFileSync } from 'node:fs'

const samples = new URL('../../samples/', import.meta.url)

/** `ada` is short for `ada@contoso.test`. */
export const addressOf = (name: string): string => (name.includes('@') ? name : `${name}@contoso.test`)

export const sample = (name: string): Buffer => readFileSync(new URL(name, samples))

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** What may stand in braces; everything else in braces is left alone, literals such as `{12}` among it. */
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
