import { roleFor } from '../../../access/checks/assignments.ts'
import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  fetchToken,
  grantAppRole,
  registerApp,
  showApp,
} from '../../../access/records/command-line.ts'
import { dateTime } from '../../../cmdlets/exchange/parameter-types.ts'
import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { isoDateTime } from '../../../core/time.ts'
import type {
  RetiredProtocol,
  RetirementChange,
  RetirementPlan,
  ServicePrincipal,
} from '../../../domain/directory/types.ts'
import type { BasicProgram } from './report.ts'

const words = { imap: 'Imap', pop: 'Pop', smtp: 'Smtp' } as const

type Fields = Readonly<Record<string, unknown>>

/**
 * A request's body: dates by protocol, waves, brown-outs, the cut-off date, who may do and hear what, and what to
 * enable again.
 */
export function changeFrom(body: Uint8Array): RetirementChange {
  const { imap, pop, smtp, cutOff, waves, brownOuts, selfService, notifyAddress, reEnable } = fieldsOf(body)
  const dates = Object.entries({ imap, pop, smtp }).flatMap(([name, value]) =>
    value === undefined ? [] : [[words[name as keyof typeof words], momentOf(value)] as const],
  )
  return {
    ...(dates.length > 0 && { dates: Object.fromEntries(dates) }),
    ...(cutOff !== undefined && { cutOff: momentOf(cutOff) }),
    ...(waves !== undefined && {
      waves: listOf(waves).map(({ unusedDays, aheadDays }) => ({
        unusedDays: numberOf(unusedDays),
        aheadDays: numberOf(aheadDays),
      })),
    }),
    ...(brownOuts !== undefined && {
      brownOuts: listOf(brownOuts).map(({ start, minutes }) => ({
        start: momentOf(start),
        minutes: numberOf(minutes),
      })),
    }),
    ...(selfService !== undefined && { selfService: flagOf(selfService) }),
    ...(notifyAddress !== undefined && { notifyAddress: addressOf(notifyAddress) }),
    ...(reEnable !== undefined && { reEnable: protocolOf(reEnable) }),
  }
}

/** The body of a request to enable one's own. */
export const protocolToEnable = (body: Uint8Array): RetiredProtocol => protocolOf(fieldsOf(body).protocol)

function fieldsOf(body: Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    if (isFields(value)) return value
  } catch {
    return wrong('The request body')
  }
  return wrong('The request body')
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) && value.every(isFields) ? value : wrong('A list of waves or brown-outs')

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : wrong('A number of a wave or brown-out')

/** As the cmdlets read it: in UTC where no zone is given, wherever the server stands, and a whole date. */
export const momentOf = (value: unknown): number => dateTime.fromJson(value)?.getTime() ?? wrong('A date')

const flagOf = (value: unknown): boolean => (typeof value === 'boolean' ? value : wrong('Whether owners may enable'))

const addressOf = (value: unknown): string =>
  typeof value === 'string' && value.length <= 320 ? value : wrong('The address to notify')

const protocolOf = (value: unknown) =>
  Object.values(words).find((word) => word === value) ?? wrong('The protocol to enable again')

const wrong = (what: string): never => refuse('bad-syntax', `${what} is missing, or not of its form.`)

/** The plan as it is put out. */
export const shownPlan = ({ dates, waves, brownOuts, cutOff, made, reEnabled, ...plan }: RetirementPlan) => ({
  imap: instant(dates.Imap),
  pop: instant(dates.Pop),
  smtp: instant(dates.Smtp),
  cutOff: instant(cutOff),
  waves,
  brownOuts: brownOuts.map(({ start, minutes }) => ({ start: instant(start), minutes })),
  selfService: plan.selfService ?? false,
  notifyAddress: plan.notifyAddress ?? '',
  reEnabled: Object.keys(reEnabled),
  // By their owners, of whom the audit tells.
  ownReEnabled: Object.keys(plan.ownReEnabled ?? {}).length,
  madeDateTime: instant(made),
})

const instant = (at: number | undefined): string | null => (at === undefined ? null : isoDateTime(at))

/** Ids that the commands before tell, by names that need no quotes: quoted, a variable would not be one. */
const [app, client, principal] = ['NEW-ID', 'NEW-APP', 'NEW-SP'] as const
const variables: ReadonlyMap<string, string> = new Map([
  [app, '$ID'],
  [client, '$APP'],
  [principal, '$SP'],
])

const SECRET_FILE = 'program.secret'

/**
 * Returns the replacement for the password, as text and as commands for a POSIX shell with jq, to run in this order.
 */
export function replacementOf(
  { mailbox, exists, protocols, client: name }: Pick<BasicProgram, 'mailbox' | 'exists' | 'protocols' | 'client'>,
  tenant: TenantId,
  exchange: ServicePrincipal | undefined,
): { readonly words: string; readonly commands: readonly string[] } {
  if (mailbox === '') return { words: 'Not told apart: there were too many on that day.', commands: [] }
  if (!exists) return { words: 'Nothing: there is no such mailbox.', commands: [] }
  const names = protocols.map((protocol) => roleFor[protocol].role)
  const roles = exchange?.appRoles.filter(({ value }) => names.some((name) => name === value)) ?? []
  return {
    words: `An app with ${names.join(' and ')}, consented to, and FullAccess to the mailbox; it signs in with XOAUTH2.`,
    commands: [
      kept('ID', registerApp(name === '' ? `Program of ${mailbox}` : name), 'id'),
      kept('APP', filled(showApp(app)), 'appId'),
      `(umask 077; ${answered(filled(addSecret(app)), 'secretText')} >${SECRET_FILE})`,
      kept('SP', filled(addPrincipal(client)), 'id'),
      ...roles.map(({ id }) => filled(grantAppRole(principal, exchange!.id, id))),
      filled(addExchangePrincipal(client, principal)),
      filled(allowMailbox(mailbox, principal)),
      filled(fetchToken(tenant, client)).replace('SECRET-FILE', SECRET_FILE),
    ],
  }
}

const answered = (command: string, property: string): string => `${command} --json | jq -r .${property}`

const kept = (variable: string, command: string, property: string): string =>
  `${variable}=$(${answered(command, property)})`

const filled = (command: string): string =>
  command
    .split(' ')
    .map((word) => variables.get(word) ?? word)
    .join(' ')
