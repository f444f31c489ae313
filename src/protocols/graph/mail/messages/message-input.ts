import type { FollowupFlag } from '@microsoft/microsoft-graph-types'
import type { NewBody, NewField } from '../../../../codecs/mime/compose/new-message.ts'
import { badRequest } from '../../errors.ts'
import { readAttachmentInput } from '../attachments/attachment-input.ts'
import { isObject, JsonInput } from '../json-input.ts'
import { parsePropertyId, type PropertyId } from '../properties/property-id.ts'
import { propertyValue, propertyValues } from '../properties/property-value.ts'
import type { MessageInput } from './input-types.ts'
import { readOptionalRecipient, readRecipients } from './address-input.ts'
import { messageProperties, messageRelations } from './message-shape.ts'

const MOST_CATEGORIES = 100
const LONGEST_CATEGORY = 255
const MOST_HEADERS = 100
const LONGEST_HEADER = 8 * 1024
const MOST_ATTACHMENTS = 500
const MOST_PROPERTIES = 200
/** Attached messages may have attached messages themselves. */
const DEEPEST_ITEM = 5

/** Also properties of subtypes and of `/beta`, which clients send back as they got them. */
const known: readonly string[] = [
  ...messageProperties,
  ...messageRelations,
  'meetingMessageType',
  'isOutOfDate',
  'isDelegated',
  'mentionsPreview',
  'unsubscribeData',
  'unsubscribeEnabled',
]

/**
 * Reads a message in JSON. Read-only properties are ignored, as in Graph, so that a client can send back what it got.
 * Refuses unknown ones.
 */
export function readMessageInput(value: unknown, depth = 0): MessageInput {
  if (depth > DEEPEST_ITEM) badRequest('The attached items are nested too deeply.', 'ErrorInvalidRequest')
  const input = new JsonInput('message', value, known)
  const subject = input.text('subject')
  return {
    subject: subject === null ? '' : subject,
    body: readBody(input),
    from: readOptionalRecipient(input, 'from'),
    sender: readOptionalRecipient(input, 'sender'),
    toRecipients: readRecipients(input, 'toRecipients'),
    ccRecipients: readRecipients(input, 'ccRecipients'),
    bccRecipients: readRecipients(input, 'bccRecipients'),
    replyTo: readRecipients(input, 'replyTo'),
    internetMessageId: readMessageId(input),
    importance: input.oneOf('importance', ['low', 'normal', 'high']),
    isReadReceiptRequested: input.flag('isReadReceiptRequested'),
    isDeliveryReceiptRequested: input.flag('isDeliveryReceiptRequested'),
    isRead: input.flag('isRead'),
    categories: input.list('categories', MOST_CATEGORIES)?.map((it) => readCategory(input, it)),
    flag: readFlag(input),
    inferenceClassification: input.oneOf('inferenceClassification', ['focused', 'other']),
    internetMessageHeaders: input.list('internetMessageHeaders', MOST_HEADERS)?.map(readField),
    attachments: input
      .list('attachments', MOST_ATTACHMENTS)
      ?.map((it) => readAttachmentInput(it, (item) => readMessageInput(item, depth + 1))),
    singleValues: input.list('singleValueExtendedProperties', MOST_PROPERTIES)?.map(readSingleValue),
    multiValues: input.list('multiValueExtendedProperties', MOST_PROPERTIES)?.map(readMultiValue),
  }
}

/** True if the properties are in the octets of a message, and not in its state. */
export const changesContent = (input: MessageInput): boolean =>
  contentProperties.some((name) => input[name] !== undefined)

const contentProperties = [
  'subject',
  'body',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'internetMessageId',
  'importance',
  'isReadReceiptRequested',
  'isDeliveryReceiptRequested',
  'internetMessageHeaders',
  'attachments',
] as const satisfies readonly (keyof MessageInput)[]

function readBody(input: JsonInput): NewBody | undefined {
  const value = input.raw('body')
  if (value === undefined) return undefined
  if (value === null) return { contentType: 'text', content: '' }
  const body = new JsonInput('itemBody', value, ['contentType', 'content'])
  return { contentType: body.oneOf('contentType', ['text', 'html']) ?? 'text', content: body.text('content') ?? '' }
}

function readMessageId(input: JsonInput): string | undefined {
  const id = input.text('internetMessageId')?.trim()
  if (id === undefined || id === '') return undefined
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(id) ? id : input.wrong('internetMessageId')
}

function readCategory(input: JsonInput, value: unknown): string {
  return typeof value === 'string' && value.length <= LONGEST_CATEGORY ? value : input.wrong('categories')
}

const flagStatuses = ['notFlagged', 'complete', 'flagged'] as const

function readFlag(input: JsonInput): FollowupFlag | undefined {
  const value = input.raw('flag')
  if (value === undefined) return undefined
  if (value === null) return { flagStatus: 'notFlagged' }
  const flag = new JsonInput('followupFlag', value, ['flagStatus', 'startDateTime', 'dueDateTime', 'completedDateTime'])
  const read: FollowupFlag = {}
  const status = flag.oneOf('flagStatus', flagStatuses)
  if (status !== undefined) read.flagStatus = status
  for (const name of ['startDateTime', 'dueDateTime', 'completedDateTime'] as const) {
    const date = flag.raw(name)
    if (isObject(date)) read[name] = readZoned(date)
    else if (date === null) read[name] = null
    else if (date !== undefined) flag.wrong(name)
  }
  return read
}

function readZoned(value: unknown): { dateTime: string; timeZone: string } {
  const zoned = new JsonInput('dateTimeTimeZone', value, ['dateTime', 'timeZone'])
  const dateTime = zoned.text('dateTime') ?? ''
  if (
    !/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?Z?$/.test(dateTime) ||
    Number.isNaN(Date.parse(dateTime))
  ) {
    zoned.wrong('dateTime')
  }
  const timeZone = zoned.text('timeZone') ?? 'UTC'
  return { dateTime, timeZone: timeZone.length <= 100 ? timeZone : zoned.wrong('timeZone') }
}

/** Only names with `x-` are allowed, so a request cannot set or repeat a field with a meaning of its own. */
function readField(value: unknown): NewField {
  const field = new JsonInput('internetMessageHeader', value, ['name', 'value'])
  const name = field.text('name') ?? ''
  const text = field.text('value') ?? ''
  if (!/^x-[\x21-\x39\x3b-\x7e]{1,200}$/i.test(name)) {
    badRequest(
      `The internet message header name '${name.slice(0, 128)}' should start with 'x-' or 'X-'.`,
      'InvalidInternetMessageHeader',
    )
  }
  if (text.length > LONGEST_HEADER || /[\0\r\n]/.test(text)) field.wrong('value')
  return { name, value: text }
}

function readSingleValue(value: unknown): readonly [id: PropertyId, value: string | undefined] {
  const property = new JsonInput('singleValueLegacyExtendedProperty', value, ['id', 'value'])
  const id = parsePropertyId(property.text('id') ?? '')
  if (id.multiple) property.wrong('id')
  const given = property.raw('value')
  return [id, given === null || given === undefined ? undefined : propertyValue(id, given)]
}

function readMultiValue(value: unknown): readonly [id: PropertyId, values: readonly string[]] {
  const property = new JsonInput('multiValueLegacyExtendedProperty', value, ['id', 'value'])
  const id = parsePropertyId(property.text('id') ?? '')
  if (!id.multiple) property.wrong('id')
  return [id, propertyValues(id, property.raw('value') ?? [])]
}
