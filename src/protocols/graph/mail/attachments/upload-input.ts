import { refuseWith } from '../mail-answers.ts'
import { badRequest } from '../../errors.ts'
import { jsonBody, JsonInput } from '../json-input.ts'
import { checkedContentId, fileType } from './attachment-input.ts'

/** The file that an upload session is for. */
export interface UploadInput {
  readonly name: string
  readonly contentType: string
  readonly isInline: boolean
  readonly contentId: string | undefined
  readonly octets: number
}

/** docs/reference/graph-mail.md §2.2 */
const LARGEST = 150 * 1024 * 1024
const LONGEST_NAME = 255

const properties = ['attachmentType', 'name', 'size', 'contentType', 'isInline', 'contentId', 'id']

/** Reads `{"AttachmentItem": {…}}`; parameters of actions have any letter case. */
export function readUploadInput(body: Uint8Array): UploadInput {
  const json = jsonBody(body)
  const [, value] = Object.entries(json).find(([name]) => name.toLowerCase() === 'attachmentitem') ?? []
  if (value === undefined) badRequest("The parameter 'AttachmentItem' is missing.", 'RequestBodyRead')
  const input = new JsonInput('attachmentItem', value, properties)
  if (input.oneOf('attachmentType', ['file', 'item', 'reference']) !== 'file') {
    badRequest('Only files can be attached with an upload session.', 'ErrorInvalidRequest')
  }
  const name = input.text('name')?.trim() ?? ''
  if (name === '' || name.length > LONGEST_NAME) input.wrong('name')
  const contentId = input.text('contentId')
  return {
    name,
    contentType: fileType(input.text('contentType') ?? ''),
    isInline: input.flag('isInline') ?? false,
    contentId: contentId ? checkedContentId(input, contentId) : undefined,
    octets: sizeOf(input),
  }
}

function sizeOf(input: JsonInput): number {
  const size = input.raw('size')
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) return input.wrong('size')
  if (size > LARGEST) {
    refuseWith('ErrorAttachmentSizeLimitExceeded', 'The attachment is larger than 150 MB.', 'too-big')
  }
  return size
}

/** The octets that one request brings. */
export interface UploadRange {
  readonly start: number
  readonly end: number
}

/** RFC 9110 §14.4: `Content-Range: bytes 0-99/1000`, whose size is that of the body. Refuses `invalidRange`. */
export function readContentRange(header: string | undefined, body: number, octets: number): UploadRange {
  const [, first, last, size] = /^\s*bytes[ =]\s*(\d{1,12})-(\d{1,12})\/(\d{1,12}|\*)\s*$/i.exec(header ?? '') ?? []
  const range = { start: Number(first), end: Number(last) + 1 }
  const fits = first !== undefined && range.end - range.start === body && body > 0 && range.end <= octets
  if (!fits || (size !== '*' && Number(size) !== octets)) {
    refuseWith('invalidRange', 'The Content-Range header is missing or not valid.')
  }
  return range
}
