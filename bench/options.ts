import { parseArgs } from 'node:util'
import { type Plan, smoke, standard } from './plan.ts'
import { hostileRows } from './scenarios/hostile.ts'
import { scenarios } from './scenarios/index.ts'

export interface Options {
  readonly plan: Plan
  /** Names of scenarios; all of them if absent. */
  readonly only: ReadonlySet<string> | undefined
  /** Where data stays for the next run; a folder that is removed if absent. */
  readonly data: string | undefined
  /** Where the records go. */
  readonly out: string | undefined
  /** Records of an earlier run, to be printed and not made again. */
  readonly from: string | undefined
  readonly writeDocs: boolean
  /** Whether Postern is measured without a peer. */
  readonly alone: boolean
  readonly dovecot: { readonly format: string; readonly fsync: string }
  readonly profiles: string | undefined
  readonly help: boolean
}

export const usage = `npm run bench -- [options]

  --only NAMES         of: login fetch-metadata fetch-bodies append pop3-drain store-all store-one select resync
                       search search-first idle idle-growth mixed growth fairness tokens graph hostile
  --rounds N           how often each is measured (3); each round measures every target, in turns
  --seconds S          how long an operation is repeated (2)
  --messages N         messages of the mixed profile in one folder (10000)
  --large N            messages of the light profile in one folder (100000); 0 leaves it out
  --growth A,B,C       sizes of the folders that show how cost grows (1000,10000,100000)
  --million            adds one of 1000000 to them
  --idle A,B           how many sessions idle (500)
  --idle-growth A,B    how many idle over TLS to show how cost grows (1,10,100,1000,10000)
  --apps N             apps of the crowded tenant that tokens are asked in (10000)
  --users N            its users (100000)
  --abuses A,B         of the hostile scenario: all idle-sockets slow-literals slow-bodies
                       open-submissions heavy-searches refused-tokens refused-sign-ins
  --sessions N         how many sessions the mixed scenario has (200)
  --smoke              everything, small and short: shows that it runs
  --data DIR           keeps the filled mailboxes there for the next run
  --out FILE           where the records go, a JSON object a line
  --from FILE          prints the tables of earlier records
  --write-docs         writes the tables into docs/performance.md
  --alone              leaves Dovecot out
  --dovecot-format F   sdbox, mdbox or maildir (sdbox)
  --dovecot-fsync F    optimized, always or never (optimized)
  --profiles DIR       has Postern write CPU profiles there
`

/** Reads the command line; throws on what it does not know. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      messages: { type: 'string' },
      large: { type: 'string' },
      growth: { type: 'string' },
      million: { type: 'boolean', default: false },
      idle: { type: 'string' },
      'idle-growth': { type: 'string' },
      sessions: { type: 'string' },
      abuses: { type: 'string' },
      apps: { type: 'string' },
      users: { type: 'string' },
      smoke: { type: 'boolean', default: false },
      data: { type: 'string' },
      out: { type: 'string' },
      from: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      alone: { type: 'boolean', default: false },
      'dovecot-format': { type: 'string', default: 'sdbox' },
      'dovecot-fsync': { type: 'string', default: 'optimized' },
      profiles: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const base = values.smoke ? smoke : standard
  const growth = numbers(values.growth, base.growth)
  return {
    plan: {
      ...base,
      rounds: number(values.rounds, base.rounds),
      seconds: number(values.seconds, base.seconds),
      messages: number(values.messages, base.messages),
      large: number(values.large, base.large),
      growth: values.million ? [...growth, 1_000_000] : growth,
      idle: numbers(values.idle, base.idle),
      idleGrowth: numbers(values['idle-growth'], base.idleGrowth),
      sessions: number(values.sessions, base.sessions),
      ...(values.abuses === undefined ? {} : { abuses: values.abuses.split(',').map(abuseNamed) }),
      crowd: { apps: number(values.apps, base.crowd.apps), users: number(values.users, base.crowd.users) },
    },
    only: values.only === undefined ? undefined : chosen(values.only.split(',')),
    data: values.data,
    out: values.out,
    from: values.from,
    writeDocs: values['write-docs'],
    alone: values.alone,
    dovecot: { format: values['dovecot-format'], fsync: values['dovecot-fsync'] },
    profiles: values.profiles,
    help: values.help,
  }
}

function chosen(names: readonly string[]): ReadonlySet<string> {
  const unknown = names.find((name) => scenarios.every((it) => it.name !== name))
  if (unknown !== undefined) throw new Error(`There is no scenario '${unknown}'`)
  return new Set(names)
}

function abuseNamed(name: string): string {
  if (!hostileRows.includes(name)) throw new Error(`There is no abuse '${name}'`)
  return name
}

function number(given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback
  const value = Number(given)
  if (!(value >= 0)) throw new Error(`${given} is not a number`)
  return value
}

const numbers = (given: string | undefined, fallback: readonly number[]): readonly number[] =>
  given === undefined
    ? fallback
    : given
        .split(',')
        .filter(Boolean)
        .map((it) => number(it, 0))
