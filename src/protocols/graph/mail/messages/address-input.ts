import type { NewAddress } from '../../../../codecs/mime/compose/new-message.ts'
import { badRequest } from '../../errors.ts'
import { isObject, JsonInput } from '../json-input.ts'

/** RFC 5321 §4.5.3.1: 64 and 255 octets with the `@` between. */
const LONGEST_ADDRESS = 320
const LONGEST_NAME = 1024
const MOST_RECIPIENTS = 5000

/** Reads a list of recipients. */
export const readRecipients = (input: JsonInput, name: string): readonly NewAddress[] | undefined =>
  input.list(name, MOST_RECIPIENTS)?.map(readRecipient)

/** Reads a recipient: `{ emailAddress: { name, address } }`. Refuses `ErrorInvalidRecipients`. */
export function readRecipient(value: unknown): NewAddress {
  const recipient = new JsonInput('recipient', value, ['emailAddress'])
  const email = recipient.raw('emailAddress')
  if (!isObject(email)) return recipient.wrong('emailAddress')
  const { name, address } = emailOf(email)
  return { name: name.trim() === address ? '' : name, address: checkedAddress(address) }
}

function emailOf(value: unknown): NewAddress {
  const email = new JsonInput('emailAddress', value, ['name', 'address'])
  const name = email.text('name') ?? ''
  if (name.length > LONGEST_NAME) email.wrong('name')
  return { name, address: (email.text('address') ?? '').trim() }
}

/** Reads an address that may be absent: null and an empty one clear it. */
export function readOptionalRecipient(input: JsonInput, name: string): NewAddress | null | undefined {
  const value = input.raw(name)
  if (value === undefined || value === null) return value
  const email = isObject(value) ? value['emailAddress'] : undefined
  return isObject(email) && emailOf(email).address === '' ? null : readRecipient(value)
}

/** Refuses an address that is not valid. */
export const checkedAddress = (address: string): string =>
  isAddress(address) ? address : badRequest('At least one recipient is not valid.', 'ErrorInvalidRecipients')

/** RFC 5321 §4.1.2, with letters of any script (RFC 6531 §3.3). */
export const isAddress = (address: string): boolean =>
  address.length <= LONGEST_ADDRESS &&
  address.isWellFormed() &&
  !/[\u2028\u2029]/.test(address) &&
  addressShape.test(address)

const atom = "[\\w!#$%&'*+\\-/=?^`{|}~\\u00a1-\\u{10ffff}]+"
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}_-]*[\\p{L}\\p{N}\\p{M}])?'
const addressShape = new RegExp(
  `^(?:${atom}(?:\\.${atom})*|"(?:[\\x20!\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])+")@(?:${label}(?:\\.${label})*|\\[[\\w.:]+\\])$`,
  'u',
)
