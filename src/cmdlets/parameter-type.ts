import type { JsonObject } from '../core/json.ts'
import { pick } from '../core/pick.ts'
/** Reads one kind of value: from the text of a command line, and from JSON in a request. */
export interface ParameterType<T> {
  /** As help shows it: `<String[]>`; empty for a switch. */
  readonly shown: string
  /** The expected form of a value, in words that follow "expected". */
  readonly expected: string
  /** `switch`: needs no value; `flag`: `-X:` is false; `list`: `a, b` may be two words. */
  readonly nature: 'switch' | 'flag' | 'list' | 'single'
  /** The allowed words. */
  readonly words?: readonly string[]
  /** Never shown, never logged. */
  readonly secret?: true
  /** Whether null is a value, different from an absent one. */
  readonly nullable?: true
  fromText(text: string): T | undefined
  fromJson(value: unknown): T | undefined
}

export const text: ParameterType<string> = {
  shown: '<String>',
  expected: 'a text',
  nature: 'single',
  fromText: (given) => given,
  // Identities and result sizes arrive as numbers from scripts that do not quote them.
  fromJson: (value) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined),
}

/** Base64 of what an RSA key of 2048, 3072 or 4096 bits encrypts. */
const ENCRYPTED_LENGTHS = [344, 512, 684]

/**
 * A password: the module's SecureString. docs/reference/exchange-admin.md §9.1: the module encrypts it with a key that
 * only the real service can use. Postern refuses such a text, because as a password nobody would know it.
 */
export const secret: ParameterType<string> = {
  ...text,
  shown: '<SecureString>',
  expected: 'a plain password (TLS protects it), not one encrypted for Exchange Online',
  secret: true,
  fromJson: (value) => (typeof value === 'string' && !isEncrypted(value) ? value : undefined),
}

const isEncrypted = (value: string): boolean =>
  ENCRYPTED_LENGTHS.includes(value.length) && /^[A-Za-z0-9+/]+={0,2}$/.test(value)

/** A value that can be cleared: null in JSON, `$null` or empty in text. */
export const nullable = <T>(type: ParameterType<T>): ParameterType<T | null> => ({
  ...type,
  nullable: true,
  fromText: (given) => (/^(\$null)?$/i.test(given) ? null : type.fromText(given)),
  fromJson: (value) => (value === null ? null : type.fromJson(value)),
})

export const texts: ParameterType<readonly string[]> = {
  shown: '<String[]>',
  expected: 'a list of texts',
  nature: 'list',
  fromText: (given) => texts.fromJson(listOf(given)),
  fromJson(value) {
    const items = Array.isArray(value) ? value : [value]
    return items.every((item) => typeof item === 'string') ? items : undefined
  },
}

const truths = new Map([
  ['true', true],
  ['$true', true],
  ['1', true],
  ['false', false],
  ['$false', false],
  ['0', false],
  // A POSIX shell turns the unquoted `$false` of `-X:$false` into nothing.
  ['', false],
])

export const boolean: ParameterType<boolean> = {
  shown: '<Boolean>',
  expected: 'true or false',
  nature: 'flag',
  words: ['true', 'false'],
  fromText: (given) => truths.get(given.toLowerCase()),
  fromJson: (value) => (typeof value === 'string' ? truths.get(value.toLowerCase()) : asBoolean(value)),
}

/** Usually has no value. */
export const switched: ParameterType<boolean> = { ...boolean, shown: '', nature: 'switch', words: [] }

const asBoolean = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)

export const integer = (low: number, high: number): ParameterType<number> => ({
  shown: '<Int32>',
  expected: `a whole number from ${low} to ${high}`,
  nature: 'single',
  fromText(given) {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN
    return value >= low && value <= high ? value : undefined
  },
  fromJson: (value) => integer(low, high).fromText(String(value)),
})

/** One of some words, compared without regard to case. */
export const choice = <const T extends string>(words: readonly T[]): ParameterType<T> => ({
  shown: '<String>',
  expected: `one of ${words.join(', ')}`,
  nature: 'single',
  words,
  fromText: (given) => wordAmong(words, given),
  fromJson: (value) => (typeof value === 'string' ? wordAmong(words, value) : undefined),
})

/** Some of the allowed words; `a,b` may come as one text too, as a flags enumeration does. */
export const choices = <const T extends string>(words: readonly T[]): ParameterType<readonly T[]> => ({
  shown: '<String[]>',
  expected: `a list of ${words.join(', ')}`,
  nature: 'list',
  words,
  fromText: (given) => choices(words).fromJson(listOf(given)),
  fromJson(value) {
    const items: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : []
    const found = items.map((item) => (typeof item === 'string' ? wordAmong(words, item.trim()) : undefined))
    const whole = found.filter((item) => item !== undefined)
    return whole.length === found.length && whole.length > 0 ? [...new Set(whole)] : undefined
  },
})

const wordAmong = <T extends string>(words: readonly T[], given: string): T | undefined =>
  words.find((word) => word.toLowerCase() === given.toLowerCase())

/** An object, given as JSON. */
export const object: ParameterType<JsonObject> = {
  shown: '<JSON object>',
  expected: 'an object in JSON',
  nature: 'single',
  fromText: (given) => object.fromJson(parsed(given)),
  fromJson: (value) => (isObject(value) ? withoutAnnotations(value) : undefined),
}

/** A list of objects, given as JSON; one object stands for a list of one. */
export const objects: ParameterType<readonly JsonObject[]> = {
  shown: '<JSON list>',
  expected: 'a list of objects in JSON',
  nature: 'single',
  fromText: (given) => objects.fromJson(parsed(given)),
  fromJson(value) {
    const items = Array.isArray(value) ? value : [value]
    return items.every(isObject) ? items.map(withoutAnnotations) : undefined
  },
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** docs/reference/exchange-admin.md §9.1: hashtables travel with an `@odata.type`, which is not one of their keys. */
const withoutAnnotations = (value: JsonObject): JsonObject => pick(value, (name) => !name.includes('@odata.'))

function parsed(given: string): unknown {
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}

/** `a,b`, or a list in JSON. */
function listOf(given: string): unknown {
  if (given.trimStart().startsWith('[')) return parsed(given)
  return given
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
