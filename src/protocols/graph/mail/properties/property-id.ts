import { badRequest } from '../../errors.ts'

const types = [
  'Binary',
  'Boolean',
  'CLSID',
  'Currency',
  'Double',
  'Float',
  'Integer',
  'Long',
  'Short',
  'String',
  'SystemTime',
] as const
export type PropertyType = (typeof types)[number]

/** The id of an extended property (Graph's extended-properties overview). */
export interface PropertyId {
  readonly type: PropertyType
  /** True for a property of `multiValueExtendedProperties`. */
  readonly multiple: boolean
  /** The tag of a property without a set. */
  readonly tag: number | undefined
  /** As Graph echoes it: the type capitalized, numbers in lower-case hex without leading zeros, the GUID in lower case. */
  readonly text: string
  /** Equal for ids of the same property: types of the same width are the same. */
  readonly key: string
}

const LONGEST_NAME = 256
const GUID = '\\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\\}?'
const shape = new RegExp(
  `^\\s*([a-z]+)\\s+(?:0x([0-9a-f]{1,8})|${GUID}\\s+(?:Id\\s+(?:0x([0-9a-f]{1,8})|(\\d{1,10}))|Name\\s+(\\S.*)))$`,
  'is',
)

/** Reads an id. Refuses one that is malformed. */
export function parsePropertyId(given: string): PropertyId {
  const [, typeName = '', tag, guid, hexId, decimalId, rawName] = shape.exec(given) ?? []
  const multiple = /array$/i.test(typeName)
  const type = types.find((own) => own.toLowerCase() === typeName.toLowerCase().replace(/array$/, ''))
  const name = rawName?.trimEnd()
  if (type === undefined || (name?.length ?? 0) > LONGEST_NAME) return malformed(given)
  const id = hexId === undefined ? Number(decimalId) : Number.parseInt(hexId, 16)
  const set = guid === undefined ? undefined : `{${guid.toLowerCase()}}`
  const place =
    set === undefined
      ? `0x${Number.parseInt(tag!, 16).toString(16)}`
      : name === undefined
        ? `${set} Id 0x${id.toString(16)}`
        : `${set} Name ${name}`
  const width = type === 'Long' ? 'Integer' : type
  return {
    type,
    multiple,
    tag: tag === undefined ? undefined : Number.parseInt(tag, 16),
    text: `${type}${multiple ? 'Array' : ''} ${place}`,
    key: `${width}${multiple ? 'Array' : ''} ${name === undefined ? place : place.toLowerCase()}`,
  }
}

const malformed = (given: string): never =>
  badRequest(`Property id '${given.slice(0, 300)}' is invalid.`, 'ErrorInvalidProperty')
