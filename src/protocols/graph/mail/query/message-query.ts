import type { Each, ODataFilter, OrderByKey, PropertyPath } from '../../../../codecs/odata/filter.ts'
import type { ItemFilter, ItemOrder, ItemOrderKey, ItemText } from '../../../../domain/mail/items/types.ts'
import { FolderTree } from '../folders/folder-tree.ts'
import { refuseWith } from '../mail-answers.ts'
import type { QueryOptions } from '../mail-query.ts'
import type { MailCall } from '../mail-route.ts'
import { CLASSIFICATION } from '../messages/message-state.ts'
import { propertyFilter } from './property-filter.ts'

/** The filter and the order of a list of messages. */
export interface MessageQuery {
  readonly filter: ItemFilter
  /** Empty for the order in which Graph lists: the latest received first. */
  readonly order: readonly ItemOrder[]
}

/** Translates `$filter` and `$orderby`. Refuses what Graph refuses, with its codes. */
export async function listQuery(call: MailCall, { filter, orderBy }: QueryOptions): Promise<MessageQuery> {
  const order = orderBy.map(orderOf)
  if (!filter) return { filter: { is: 'all' }, order }
  refuseInefficient(filter, orderBy, call.deps.strictFilters)
  const compiler = new FilterCompiler(call, mentionsFolder(filter) ? await FolderTree.of(call.mailbox) : undefined)
  return { filter: compiler.compile(filter), order }
}

const orderKeys: Readonly<Record<string, ItemOrderKey>> = {
  receiveddatetime: 'received',
  sentdatetime: 'sent',
  createddatetime: 'created',
  lastmodifieddatetime: 'modified',
  subject: 'subject',
  importance: 'importance',
  isread: 'read',
  hasattachments: 'attachments',
  'from/emailaddress/name': 'fromName',
  'from/emailaddress/address': 'fromAddress',
  'sender/emailaddress/name': 'fromName',
  'sender/emailaddress/address': 'fromAddress',
}

const nameOf = (path: PropertyPath): string => path.join('/').toLowerCase()

function orderOf({ path, descending }: OrderByKey): ItemOrder {
  const by = orderKeys[nameOf(path)]
  return by === undefined
    ? refuseWith('ErrorInvalidUrlQuery', `The property '${path.join('/').slice(0, 128)}' does not support sorting.`)
    : { by, descending }
}

/** Conditions on these are refused unless the order comes first in the filter. */
const textual = new Set(['subject', 'body/content', 'bodypreview', 'conversationid', 'internetmessageid'])
const isTextual = (name: string): boolean => textual.has(name) || /^(?:from|sender)\//.test(name)

/**
 * docs/reference/graph-mail.md: properties in `$orderby` must come first in `$filter`, in the same order. Unless the
 * filter is strict, that counts only for conditions on texts, addresses and conversations.
 */
function refuseInefficient(filter: ODataFilter, orderBy: readonly OrderByKey[], strict: boolean): void {
  if (orderBy.length === 0) return
  const names = [...new Set(namesIn(filter))]
  if (!strict && !names.some(isTextual)) return
  if (orderBy.every(({ path }, nth) => names[nth] === nameOf(path))) return
  refuseWith('InefficientFilter', 'The restriction or sort order is too complex for this operation.')
}

function namesIn(filter: ODataFilter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.all.flatMap(namesIn)
    case 'not':
      return namesIn(filter.filter)
    default:
      return [nameOf(filter.path)]
  }
}

const mentionsFolder = (filter: ODataFilter): boolean => namesIn(filter).includes('parentfolderid')

const texts: Readonly<Record<string, ItemText>> = {
  subject: 'subject',
  'body/content': 'body',
  bodypreview: 'body',
  'from/emailaddress/name': 'fromName',
  'from/emailaddress/address': 'fromAddress',
  'sender/emailaddress/name': 'fromName',
  'sender/emailaddress/address': 'fromAddress',
}

const times = {
  receiveddatetime: 'received',
  sentdatetime: 'sent',
  createddatetime: 'created',
  lastmodifieddatetime: 'modified',
} as const

const booleans = { isread: 'read', isdraft: 'draft', hasattachments: 'attachments' } as const

const SECOND = 1000

const functions = { contains: 'contains', startswith: 'startsWith', endswith: 'endsWith' } as const

class FilterCompiler {
  readonly #call: MailCall
  readonly #tree: FolderTree | undefined

  constructor(call: MailCall, tree: FolderTree | undefined) {
    this.#call = call
    this.#tree = tree
  }

  compile(filter: ODataFilter): ItemFilter {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return { is: filter.kind, of: filter.all.map((part) => this.compile(part)) }
      case 'not':
        return { is: 'not', of: this.compile(filter.filter) }
      case 'contains':
      case 'startswith':
      case 'endswith': {
        const text = texts[nameOf(filter.path)]
        if (text === undefined) return refuseNodes()
        if (text === 'body' && filter.kind === 'endswith') return refuseNodes()
        return { is: 'text', in: text, how: functions[filter.kind], text: filter.text }
      }
      case 'any':
        return this.#any(filter)
      case 'eq':
      case 'ne':
      case 'gt':
      case 'ge':
      case 'lt':
      case 'le':
        return this.#compared(filter)
      default:
        return refuseNodes()
    }
  }

  #compared(filter: ODataFilter & { readonly kind: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' }): ItemFilter {
    if (filter.kind === 'ne') return { is: 'not', of: this.#compared({ ...filter, kind: 'eq' }) }
    const name = nameOf(filter.path)
    // docs/reference/graph-mail.md §3.1
    if (/^(?:to|cc|bcc)recipients\//.test(name)) refuseWith('BadRequest', 'Invalid filter clause')
    if (filter.cast !== undefined) return refuseNodes()
    const time = times[name as keyof typeof times]
    if (time !== undefined) return timeCondition(time, filter.kind, filter.value)
    if (filter.kind !== 'eq') return refuseNodes()
    return this.#equal(name, filter.value)
  }

  #equal(name: string, value: unknown): ItemFilter {
    const flag = booleans[name as keyof typeof booleans]
    if (flag !== undefined) return typeof value === 'boolean' ? { is: flag, value } : refuseNodes()
    if (typeof value !== 'string') return refuseNodes()
    const { items } = this.#call.mailbox
    const text = texts[name]
    if (text !== undefined && text !== 'body') return { is: 'text', in: text, how: 'equals', text: value }
    switch (name) {
      case 'flag/flagstatus':
        return { is: 'flag', status: oneOf(value, ['notFlagged', 'flagged', 'complete']) }
      case 'importance':
        return { is: 'importance', value: oneOf(value, ['low', 'normal', 'high']) }
      case 'internetmessageid':
        return { is: 'internetMessageId', value }
      case 'conversationid':
        return { is: 'conversation', threadId: items.parseConversationId(value) }
      case 'parentfolderid':
        return { is: 'folder', folder: this.#tree!.findFolder(value).folder.id }
      case 'id':
        return { is: 'item', key: items.parseItemId(value).key }
      case 'inferenceclassification': {
        const other: ItemFilter = { is: 'property', name: CLASSIFICATION, how: 'equals', value: 'other' }
        return oneOf(value, ['focused', 'other']) === 'other' ? other : { is: 'not', of: other }
      }
      default:
        return refuseNodes()
    }
  }

  #any(any: ODataFilter & { readonly kind: 'any' }): ItemFilter {
    const name = nameOf(any.path)
    if (name === 'singlevalueextendedproperties') return propertyFilter(any) ?? refuseNodes()
    return name === 'categories' && any.each ? categoryFilter(any.each) : refuseNodes()
  }
}

/** `any(c: c eq 'x' or c eq 'y')` */
function categoryFilter({ variable, filter }: Each): ItemFilter {
  if (filter.kind === 'or')
    return { is: 'or', of: filter.all.map((part) => categoryFilter({ variable, filter: part })) }
  if (filter.kind !== 'eq' || nameOf(filter.path) !== variable.toLowerCase()) return refuseNodes()
  return typeof filter.value === 'string' ? { is: 'category', value: filter.value } : refuseNodes()
}

function timeCondition(of: 'received' | 'sent' | 'created' | 'modified', kind: string, value: unknown): ItemFilter {
  if (!(value instanceof Date)) return refuseNodes()
  const at = value.getTime()
  const [floor, ceiling] = [Math.floor(at / SECOND) * SECOND, Math.ceil(at / SECOND) * SECOND]
  switch (kind) {
    case 'ge':
      return { is: 'time', of, from: ceiling }
    case 'gt':
      return { is: 'time', of, from: floor + SECOND }
    case 'lt':
      return { is: 'time', of, before: ceiling }
    case 'le':
      return { is: 'time', of, before: floor + SECOND }
    default:
      return { is: 'time', of, from: ceiling, before: floor + SECOND }
  }
}

function oneOf<Value extends string>(text: string, values: readonly Value[]): Value {
  return values.find((value) => value.toLowerCase() === text.toLowerCase()) ?? refuseNodes()
}

function refuseNodes(): never {
  return refuseWith('ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.')
}
