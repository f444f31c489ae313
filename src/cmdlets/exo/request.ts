import { type Call, optional } from '../cmdlet.ts'
import { resultSize, resultSizeMeaning } from '../exchange/result-size.ts'
import { text } from '../parameter-type.ts'

/** The ways to name one object. */
export const naming = {
  Identity: optional(text, 'Its name, alias, address, user principal name or a GUID of it.', { position: 0 }),
  ExternalDirectoryObjectId: optional(text, 'In place of -Identity: its id in the directory.'),
  PrimarySmtpAddress: optional(text, 'In place of -Identity: its address.'),
  UserPrincipalName: optional(text, 'In place of -Identity: the name that its user signs in with.'),
} as const

/** What lists are narrowed by. */
export const listing = {
  Anr: optional(text, 'Those whose name, display name, alias or address begins with this.'),
  Filter: optional(text, "Only those whose properties fit, in OPATH: Alias -like 'info*'."),
  ResultSize: optional(resultSize, resultSizeMeaning),
} as const

type Named = Readonly<Partial<Record<keyof typeof naming, string>>>

export const keyOf = (given: Named): string | undefined =>
  given.Identity ?? given.ExternalDirectoryObjectId ?? given.PrimarySmtpAddress ?? given.UserPrincipalName

/** OData 4.01 part 2, §4.3.1: a quote in a key is doubled. */
export const entityPath = (set: string, key: string): string =>
  `/${set}('${encodeURIComponent(key.replaceAll("'", "''"))}')`

interface Asked {
  readonly query?: Readonly<Record<string, string | readonly string[] | boolean | undefined>>
  readonly select?: readonly string[] | undefined
}

/** One object of an entity set, or what hangs on it as one. */
export const oneEntity = (path: string, { select, query = {} }: Asked = {}): Call => ({
  verb: 'GET',
  path,
  query: queryOf(query, select),
  answers: 'one',
})

const DEFAULT_SIZE = 1000

export const manyEntities = (path: string, most: number | undefined, { select, query = {} }: Asked = {}): Call => ({
  verb: 'GET',
  path,
  query: queryOf({ ...query, ResultSize: 'Unlimited' }, select),
  answers: 'many',
  most: most ?? DEFAULT_SIZE,
})

function queryOf(query: NonNullable<Asked['query']>, select: Asked['select']): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== false)
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    ...(select && { $select: select.join(',') }),
  }
}
