import { isoSeconds } from '../../../../core/time.ts'
import { badRequest } from '../../errors.ts'
import type { PropertyId, PropertyType } from './property-id.ts'

/** Characters of one value. */
const LONGEST_VALUE = 32 * 1024
const MOST_VALUES = 500

/** Checks a value for its type, and returns it as it is stored and shown. Refuses a value of another type. */
export function propertyValue(id: PropertyId, value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text !== 'string' || text.length > LONGEST_VALUE) return wrong(id)
  return readers[id.type](text) ?? wrong(id)
}

/** The values of a property with several, as one JSON array of texts. */
export function propertyValues(id: PropertyId, values: unknown): readonly string[] {
  if (!Array.isArray(values) || values.length > MOST_VALUES) return wrong(id)
  return values.map((value) => propertyValue(id, value))
}

const wrong = ({ text }: PropertyId): never =>
  badRequest(`The value of property '${text.slice(0, 300)}' has the wrong type.`, 'ErrorInvalidProperty')

const integer =
  (bits: number) =>
  (text: string): string | undefined => {
    if (!/^-?\d{1,20}$/.test(text.trim())) return undefined
    const number = BigInt(text.trim())
    return BigInt.asIntN(bits, number) === number || BigInt.asUintN(bits, number) === number
      ? String(number)
      : undefined
  }

const decimal = (text: string): string | undefined =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? text.trim() : undefined

const readers: Readonly<Record<PropertyType, (text: string) => string | undefined>> = {
  Binary: (text) => (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text) ? text.replaceAll(/\s+/g, '') : undefined),
  Boolean: (text) => (/^(?:true|false)$/i.test(text.trim()) ? text.trim().toLowerCase() : undefined),
  CLSID: (text) => (/^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(text.trim()) ? text.trim() : undefined),
  Currency: decimal,
  Double: decimal,
  Float: decimal,
  Integer: integer(32),
  Long: integer(64),
  Short: integer(16),
  String: (text) => text,
  SystemTime: (text) => {
    const at = /^\d{4}-\d\d-\d\dT/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN
    return Number.isNaN(at) ? undefined : isoSeconds(at)
  },
}
