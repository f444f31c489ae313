import type { EntraDeps } from '../deps.ts'
import { DeviceCodeThrottle } from './device-code-throttle.ts'
import { FlowStates } from './flow-state.ts'
import { Visited } from './page-cookies.ts'

/** What the pages need beside what the whole token service is handed. */
export interface People {
  readonly deps: EntraDeps
  readonly seal: FlowStates
  readonly guesses: DeviceCodeThrottle
  readonly visited: Visited
}

export const createPeople = (deps: EntraDeps): People => ({
  deps,
  seal: new FlowStates(deps.world),
  guesses: new DeviceCodeThrottle(deps.world),
  visited: new Visited(),
})
