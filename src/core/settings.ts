import type { Profile } from './profile.ts'

/** A default may differ between the two profiles. */
export type Fallback<T> = T | Readonly<Record<Profile, T>>

/** One setting: declared once, checked at start, printed into the docs. */
export interface Setting<T> {
  readonly meaning: string
  /** The expected form of a value, in words that follow "expected". */
  readonly expected: string
  readonly fallback: Fallback<T>
  /** The value is a secret, or contains one: no message shows it. */
  readonly secret?: true
  /** Reads a text or a YAML scalar; undefined for an invalid one. */
  read(raw: unknown): T | undefined
}

export type Declarations = Readonly<Record<string, Setting<unknown>>>
/** The values of the declared settings. */
export type SettingsOf<D extends Declarations> = {
  readonly [Name in keyof D]: D[Name] extends Setting<infer T> ? T : never
}

/** A setting that still needs its default: `minutes('…').or(30)`. */
interface Undecided<T> {
  or(fallback: Fallback<T>): Setting<T>
}

const setting = <T>(meaning: string, expected: string, read: (raw: unknown) => T | undefined): Undecided<T> => ({
  or: (fallback) => ({ meaning, expected, fallback, read }),
})

const integerBetween = (low: number, high: number) => (raw: unknown) => {
  const text = typeof raw === 'number' || typeof raw === 'string' ? String(raw).trim() : ''
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= low && value <= high ? value : undefined
}

export const integer = (meaning: string, low: number, high: number) =>
  setting<number>(meaning, `a whole number from ${low} to ${high}`, integerBetween(low, high))

export const minutes = (meaning: string) =>
  setting<number>(meaning, 'a number of minutes from 1 to 10080', integerBetween(1, 10_080))

export const secondsOf = (meaning: string) =>
  setting<number>(meaning, 'a number of seconds from 1 to 86400', integerBetween(1, 86_400))

export const days = (meaning: string) =>
  setting<number>(meaning, 'a number of days from 1 to 3650', integerBetween(1, 3650))

/** A size in octets; `35M` and `512K` are understood. */
export const octets = (meaning: string) =>
  setting<number>(meaning, 'a number of octets such as 36700160, 512K or 35M', (raw) => {
    const found = /^(\d{1,15})([KMG]?)$/i.exec(String(raw).trim())
    if (!found) return undefined
    const unit = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[found[2]!.toUpperCase()]!
    return Number(found[1]) * unit
  })

export const flag = (meaning: string) =>
  setting<boolean>(meaning, 'true or false', (raw) => {
    const text = String(raw).trim().toLowerCase()
    return text === 'true' ? true : text === 'false' ? false : undefined
  })

export const text = (meaning: string, shape: RegExp = /^.*$/s, expected = 'a text') =>
  setting<string>(meaning, expected, (raw) =>
    (typeof raw === 'string' || typeof raw === 'number') && shape.test(String(raw)) ? String(raw) : undefined,
  )

/** A text that no message shows. */
export const secretText = (meaning: string): Undecided<string> => ({
  or: (fallback) => ({ ...text(meaning).or(fallback), secret: true }),
})

export const oneOf = <const T extends string>(meaning: string, choices: readonly T[]) =>
  setting<T>(meaning, `one of ${choices.join(', ')}`, (raw) => choices.find((choice) => choice === raw))

/** The port of a listener: `standard` adds the port base to the standard port, `auto` takes a free one. */
export type ListenerPort = number | 'standard' | 'off' | 'auto'

export const listener = (meaning: string) =>
  setting<ListenerPort>(meaning, 'a port number, off, auto or standard', (raw) => {
    if (raw === 'off' || raw === 'auto' || raw === 'standard') return raw
    // YAML 1.1 writers put `off` for false; both mean no listener.
    if (raw === false) return 'off'
    return integerBetween(1, 65_535)(raw)
  }).or('standard')

/** Declares the settings of a component under their snake_case names. */
export const settings = <const D extends Declarations>(declarations: D): D => declarations
