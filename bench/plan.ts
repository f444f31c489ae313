import type { Volume } from './abuses/abuse.ts'
import type { Crowd } from './targets/token-tenants.ts'

/** How large, how long and how often. */
export interface Plan {
  /** Messages of the mixed profile in the folder that most is asked of. */
  readonly messages: number
  /** Messages of the light profile in the large folder; 0 leaves it out. */
  readonly large: number
  /** Messages of the mixed profile in each of the eight maildrops. */
  readonly maildrop: number
  /** How long an operation is repeated. */
  readonly seconds: number
  readonly rounds: number
  /** Sessions that idle. */
  readonly idle: readonly number[]
  /** Sessions that idle over TLS, to show how cost grows with them. */
  readonly idleGrowth: readonly number[]
  /** Sessions of the mixed scenario. */
  readonly sessions: number
  /** The tenant that tokens are asked in beside an empty one. */
  readonly crowd: Crowd
  /** Sizes of the folders that show how cost grows. */
  readonly growth: readonly number[]
  /** The volume of an abusive caller beside others. */
  readonly hostile: Volume
  /** Which abuses are measured, `all` for all at once; each of them, and then all at once, if absent. */
  readonly abuses?: readonly string[]
}

/** The sizes that the goals are stated for. */
export const standard: Plan = {
  messages: 10_000,
  large: 100_000,
  maildrop: 1000,
  seconds: 2,
  rounds: 3,
  idle: [500],
  idleGrowth: [1, 10, 100, 1000, 10_000],
  sessions: 200,
  crowd: { apps: 10_000, users: 100_000 },
  growth: [1000, 10_000, 100_000],
  hostile: {
    messages: 50_000,
    sockets: 24_000,
    literals: 40,
    bodies: 200,
    submissions: 40,
    submissionOctets: 20_000_000,
    searches: 12,
    refusals: 1000,
  },
}

/** Shows in a minute or two that everything runs; its figures say little. */
export const smoke: Plan = {
  messages: 300,
  large: 1000,
  maildrop: 50,
  seconds: 0.3,
  rounds: 1,
  idle: [20],
  idleGrowth: [],
  sessions: 10,
  crowd: { apps: 20, users: 100 },
  growth: [100, 1000],
  hostile: {
    messages: 1000,
    sockets: 300,
    literals: 20,
    bodies: 40,
    submissions: 40,
    submissionOctets: 20_000_000,
    searches: 4,
    refusals: 100,
  },
}
