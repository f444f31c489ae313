import {
  conjuncts,
  type EdmType,
  type Literal,
  type ODataFilter,
  type ODataOperator,
} from '../../../../codecs/odata/filter.ts'
import type { ItemFilter, ItemText } from '../../../../domain/mail/items/types.ts'
import { storedName } from '../messages/message-state.ts'
import { isComputed } from '../properties/computed-properties.ts'
import { parsePropertyId, type PropertyId } from '../properties/property-id.ts'

type Condition =
  | { readonly kind: 'present' }
  | { readonly kind: 'text'; readonly how: 'equals' | 'contains' | 'startsWith' | 'endsWith'; readonly text: string }
  | {
      readonly kind: 'compared'
      readonly operator: Exclude<ODataOperator, 'ne'>
      readonly value: Literal
      readonly cast: EdmType | undefined
    }

type AnyFilter = ODataFilter & { readonly kind: 'any' }

/**
 * `any(ep: ep/id eq '…' and ep/value eq '…')` on singleValueExtendedProperties, also with text functions and
 * `cast(ep/value, Edm.Int32)`. Undefined for any other condition.
 */
export function propertyFilter({ each }: AnyFilter): ItemFilter | undefined {
  if (!each) return undefined
  const parts = conjuncts(each.filter)
  const isOf = (part: ODataFilter, name: string): boolean =>
    'path' in part && part.path.length === 2 && part.path[0] === each.variable && part.path[1]!.toLowerCase() === name
  const named = parts.filter((part) => isOf(part, 'id'))
  const valued = parts.filter((part) => isOf(part, 'value'))
  const [id] = named
  if (named.length !== 1 || named.length + valued.length !== parts.length) return undefined
  if (id?.kind !== 'eq' || typeof id.value !== 'string') return undefined
  const property = parsePropertyId(id.value)
  if (property.multiple) return undefined
  const filters = (valued.length === 0 ? [present] : valued.map(conditionOf)).map(
    (condition) => condition && filterOf(property, condition),
  )
  if (filters.some((one) => one === undefined)) return undefined
  return filters.length === 1 ? filters[0] : { is: 'and', of: filters as ItemFilter[] }
}

const present: Condition = { kind: 'present' }

const functions = { contains: 'contains', startswith: 'startsWith', endswith: 'endsWith' } as const

function conditionOf(part: ODataFilter): Condition | undefined {
  switch (part.kind) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      return { kind: 'text', how: functions[part.kind], text: part.text }
    case 'ne':
      return part.value === null ? present : undefined
    case 'eq':
      return typeof part.value === 'string' && part.cast === undefined
        ? { kind: 'text', how: 'equals', text: part.value }
        : { kind: 'compared', operator: 'eq', value: part.value, cast: part.cast }
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return { kind: 'compared', operator: part.kind, value: part.value, cast: part.cast }
    default:
      return undefined
  }
}

function filterOf(property: PropertyId, condition: Condition): ItemFilter | undefined {
  if (isComputed(property)) return computed.get(property.key)?.(condition)
  const name = storedName(property)
  switch (condition.kind) {
    case 'present':
      return { is: 'property', name }
    case 'text':
      return condition.how === 'endsWith'
        ? undefined
        : { is: 'property', name, how: condition.how, value: condition.text }
    default: {
      const value = numberOf(condition)
      return value === undefined ? undefined : { is: 'number', name, operator: condition.operator, value }
    }
  }
}

/** The operand as a number; undefined for other texts. */
function numberOf(condition: Condition): number | undefined {
  const value = condition.kind === 'text' && condition.how === 'equals' ? condition.text : operandOf(condition)
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,10})?$/.test(value) ? Number(value) : undefined
}

const operandOf = (condition: Condition): Literal | undefined =>
  condition.kind === 'compared' ? condition.value : undefined

const operatorOf = (condition: Condition): Exclude<ODataOperator, 'ne'> =>
  condition.kind === 'compared' ? condition.operator : 'eq'

type Translation = (condition: Condition) => ItemFilter | undefined

/** MS-OXPROPS: properties that other facts give, and that an index or a figure of every message answers. */
const computed: ReadonlyMap<string, Translation> = new Map(
  (
    [
      ['Integer 0x0E08', whole((range) => ({ is: 'octets', ...range }))],
      ['Integer 0x0E23', whole((range) => ({ is: 'uid', ...range }))],
      ['SystemTime 0x0E06', time('received')],
      ['SystemTime 0x0039', time('sent')],
      ['SystemTime 0x3007', time('created')],
      ['SystemTime 0x3008', time('modified')],
      ['Integer 0x1090', oneOf({ 1: { is: 'flag', status: 'complete' }, 2: { is: 'flag', status: 'flagged' } })],
      [
        'Integer 0x0017',
        oneOf({
          0: { is: 'importance', value: 'low' },
          1: { is: 'importance', value: 'normal' },
          2: { is: 'importance', value: 'high' },
        }),
      ],
      [
        'Boolean 0x0E1B',
        oneOf({ true: { is: 'attachments', value: true }, false: { is: 'attachments', value: false } }),
      ],
      ['String 0x0037', text('subject')],
      ['String 0x0C1A', text('fromName')],
      ['String 0x1035', (condition) => equals(condition, (value) => ({ is: 'internetMessageId', value }))],
      ['String 0x007D', headerField],
    ] as const satisfies readonly (readonly [string, Translation])[]
  ).map(([id, translation]) => [parsePropertyId(id).key, translation]),
)

/** Whole numbers: every operator is a range. */
function whole(make: (range: { readonly from?: number; readonly before?: number }) => ItemFilter): Translation {
  return (condition) => {
    if (condition.kind === 'present') return { is: 'all' }
    const value = numberOf(condition)
    if (value === undefined) return undefined
    const [floor, ceiling] = [Math.floor(value), Math.ceil(value)]
    switch (operatorOf(condition)) {
      case 'ge':
        return make({ from: ceiling })
      case 'gt':
        return make({ from: floor + 1 })
      case 'lt':
        return make({ before: ceiling })
      case 'le':
        return make({ before: floor + 1 })
      default:
        return make({ from: ceiling, before: floor + 1 })
    }
  }
}

const SECOND = 1000

function time(of: 'received' | 'sent' | 'created' | 'modified'): Translation {
  return (condition) => {
    if (condition.kind === 'present') return { is: 'all' }
    const given = condition.kind === 'text' && condition.how === 'equals' ? condition.text : operandOf(condition)
    const at = given instanceof Date ? given.getTime() : typeof given === 'string' ? instantOf(given) : Number.NaN
    if (Number.isNaN(at)) return undefined
    const seconds = whole(({ from, before }) => ({
      is: 'time',
      of,
      ...(from !== undefined && { from: from * SECOND }),
      ...(before !== undefined && { before: before * SECOND }),
    }))
    return seconds({ kind: 'compared', operator: operatorOf(condition), value: at / SECOND, cast: undefined })
  }
}

const instantOf = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?Z$/i.test(text) ? Date.parse(text) : Number.NaN

function oneOf(values: Readonly<Record<string, ItemFilter>>): Translation {
  return (condition) => {
    if (operatorOf(condition) !== 'eq') return undefined
    const value = condition.kind === 'text' && condition.how === 'equals' ? condition.text : operandOf(condition)
    const key = String(value).toLowerCase()
    return Object.hasOwn(values, key) ? values[key] : undefined
  }
}

function text(where: ItemText): Translation {
  return (condition) =>
    condition.kind === 'text' ? { is: 'text', in: where, how: condition.how, text: condition.text } : undefined
}

const equals = (condition: Condition, make: (text: string) => ItemFilter): ItemFilter | undefined =>
  condition.kind === 'text' && condition.how === 'equals' ? make(condition.text) : undefined

/** Transport headers: `contains(ep/value,'List-Id: x')` is the search of one field, as IMAP has it. */
function headerField(condition: Condition): ItemFilter | undefined {
  if (condition.kind !== 'text' || condition.how !== 'contains') return undefined
  const [, name, value] = /^\s*([\w-]{1,100}):[ \t]*([^\r\n]*)$/.exec(condition.text) ?? []
  return name === undefined ? undefined : { is: 'search', query: { key: 'header', name, text: value!.trim() } }
}
