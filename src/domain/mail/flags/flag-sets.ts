import { flagsKey, keywordsText } from './flags.ts'
import type { Flags } from '../types.ts'

/** Keeps one object for equal flags, under a small number, for as long as a message has them. */
export class FlagSets {
  readonly #numbers = new Map<string, number>()
  #flags: (Flags | undefined)[] = []
  #held: number[] = []
  readonly #free: number[] = []
  #keywords: readonly string[] | undefined
  /** The ones asked for last, and their number: many messages are given the same. */
  #last: Flags | undefined
  #lastNumber = 0

  /** Counts one more message, or so many, with these flags. Returns their number. */
  hold(flags: Flags, messages = 1): number {
    if (flags !== this.#last) {
      this.#lastNumber = this.#numberOf(flags)
      this.#last = flags
    }
    this.#held[this.#lastNumber]! += messages
    return this.#lastNumber
  }

  #numberOf(flags: Flags): number {
    const key = flagsKey(flags.system, keywordsText(flags))
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#flags.length
    this.#numbers.set(key, number)
    this.#flags[number] = flags
    this.#held[number] = 0
    if (flags.keywords.length > 0) this.#keywords = undefined
    return number
  }

  /** Counts one message less. */
  release(number: number): void {
    if (--this.#held[number]! > 0) return
    const flags = this.at(number)
    this.#numbers.delete(flagsKey(flags.system, keywordsText(flags)))
    this.#flags[number] = undefined
    if (this.#lastNumber === number) this.#last = undefined
    this.#free.push(number)
    if (flags.keywords.length > 0) this.#keywords = undefined
  }

  at(number: number): Flags {
    return this.#flags[number]!
  }

  /** Every keyword in use, sorted. */
  get keywords(): readonly string[] {
    this.#keywords ??= [...new Set(this.#flags.flatMap((flags) => flags?.keywords ?? []))].sort()
    return this.#keywords
  }
}
