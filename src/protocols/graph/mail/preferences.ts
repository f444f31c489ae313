import type { BodyOptions } from './messages/message-body.ts'
import type { ItemIdKind } from '../../../domain/mail/items/types.ts'
import type { HttpRequest } from '../../../core/http.ts'

/** The preferences of a request: the `Prefer` header of RFC 7240, as Graph's mail understands it. */
export interface Preferences {
  readonly body: BodyOptions
  readonly idKind: ItemIdKind
  /** `odata.maxpagesize`, between 1 and 1000. */
  readonly pageSize: number | undefined
  /** The value of `Preference-Applied`; undefined if nothing was applied. */
  readonly applied: string | undefined
}

const LARGEST_PAGE = 1000

/** Reads the preferences; those that are unknown or malformed are ignored (RFC 7240 §2). */
export function preferencesOf({ headers }: Pick<HttpRequest, 'headers'>): Preferences {
  const given = new Map(split(headers['prefer'] ?? '').map(namedValue))
  const type = given.get('outlook.body-content-type')?.toLowerCase()
  const body = type === 'text' || type === 'html' ? type : undefined
  const unsafeHtml = given.has('outlook.allow-unsafe-html')
  const immutable = given.get('idtype')?.toLowerCase() === 'immutableid'
  const size = Number(given.get('odata.maxpagesize') ?? Number.NaN)
  const pageSize = Number.isInteger(size) && size >= 1 ? Math.min(size, LARGEST_PAGE) : undefined
  const applied = [
    ...(body === undefined ? [] : [`outlook.body-content-type="${body}"`]),
    ...(unsafeHtml ? ['outlook.allow-unsafe-html'] : []),
    ...(immutable ? ['IdType="ImmutableId"'] : []),
    ...(pageSize === undefined ? [] : [`odata.maxpagesize=${pageSize}`]),
  ]
  return {
    body: { type: body, unsafeHtml },
    idKind: immutable ? 'immutable' : 'default',
    pageSize,
    applied: applied.length > 0 ? applied.join(', ') : undefined,
  }
}

/** Splits at commas and semicolons that stand in no quotes. */
const split = (header: string): readonly string[] => header.slice(0, 2048).match(/(?:"[^"]*"|[^",;])+/g) ?? []

function namedValue(preference: string): readonly [string, string] {
  const [name = '', ...value] = preference.split('=')
  return [name.trim().toLowerCase(), value.join('=').trim().replaceAll('"', '')]
}
