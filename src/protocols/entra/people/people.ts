import type { EntraDeps } from '../deps.ts'
import { Guesses } from './guesses.ts'
import { Seal } from './seal.ts'
import { Visited } from './visited.ts'

/** What the pages need beside what the whole token service is handed. */
export interface People {
  readonly deps: EntraDeps
  readonly seal: Seal
  readonly guesses: Guesses
  readonly visited: Visited
}

export const createPeople = (deps: EntraDeps): People => ({
  deps,
  seal: new Seal(deps.world),
  guesses: new Guesses(deps.world),
  visited: new Visited(),
})
