import type { Chance } from '../support/chance.ts'

/** Something that is given octets, and has to bear them. */
export interface Target {
  /** What is known to make sense to it, and is changed at random. */
  readonly seeds: readonly Buffer[]
  /** Pieces that are put in whole. */
  readonly words: readonly string[]
  /** How many inputs are given at once: a session has several commands. */
  readonly together: number
  /** Throws where something does not hold that has to. */
  try(inputs: readonly Buffer[], chance: Chance): Promise<void>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<Target>

/** What was given when something did not hold. */
export class Find extends Error {
  readonly inputs: readonly Buffer[]

  constructor(inputs: readonly Buffer[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.inputs = inputs
  }
}
