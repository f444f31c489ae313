import { checkOperands, passing, type OpathValue } from '../../../../codecs/opath/evaluate.ts'
import { type OpathFilter, propertiesOf } from '../../../../codecs/opath/filter.ts'
import { parseFilter } from '../../../../codecs/opath/parse-filter.ts'
import { Refusal, refuse } from '../../../../core/refusal.ts'
import type { MailboxRecord } from '../../objects.ts'

/** By what name the filter is given, and how long it may be. */
const RESTRICTION = { parameter: 'RecipientRestrictionFilter', longest: Number.POSITIVE_INFINITY } as const

/** A mailbox, and the distinguished names of the groups that it is in by itself. */
interface Recipient extends MailboxRecord {
  readonly memberOf: readonly string[]
}

/** `CustomAttribute1` to `CustomAttribute15`: what an organization says of its recipients itself. */
const customAttributes = Object.fromEntries(
  Array.from({ length: 15 }, (_, at) => {
    const name = `CustomAttribute${at + 1}`
    return [name.toLowerCase(), ({ settings }: Recipient): OpathValue => settings[name] ?? '']
  }),
)

/** What a filter may ask of a recipient, by the property's folded name. */
const properties: Readonly<Record<string, (recipient: Recipient) => OpathValue>> = {
  ...customAttributes,
  alias: ({ alias }) => alias,
  displayname: ({ displayName }) => displayName,
  emailaddresses: ({ emailAddresses }) => [
    ...emailAddresses,
    // OPATH finds an address with its prefix and without.
    ...emailAddresses.map((address) => address.slice(address.indexOf(':') + 1)),
  ],
  exchangeguid: ({ exchangeGuid }) => exchangeGuid,
  exchangeobjectid: ({ guid }) => guid,
  externaldirectoryobjectid: ({ externalDirectoryObjectId }) => externalDirectoryObjectId,
  guid: ({ guid }) => guid,
  hiddenfromaddresslistsenabled: ({ settings }) => settings.HiddenFromAddressListsEnabled ?? false,
  id: ({ name }) => name,
  identity: ({ name }) => name,
  memberofgroup: ({ memberOf }) => memberOf,
  name: ({ name }) => name,
  primarysmtpaddress: ({ primarySmtpAddress }) => primarySmtpAddress,
  recipienttype: () => 'UserMailbox',
  recipienttypedetails: ({ type }) => type,
  userprincipalname: ({ userPrincipalName }) => userPrincipalName,
  whencreated: ({ created }) => new Date(created),
  whenmailboxcreated: ({ created }) => new Date(created),
  windowsemailaddress: ({ primarySmtpAddress }) => primarySmtpAddress,
}

/** A value of each property that does not hold any text. */
const examples: Readonly<Record<string, OpathValue>> = {
  hiddenfromaddresslistsenabled: false,
  whencreated: new Date(0),
  whenmailboxcreated: new Date(0),
}

/** Reads a filter of recipients. Refuses `bad-syntax`, also for a property that no recipient has, or a value it can't. */
export function recipientFilter(
  text: string,
  { parameter, longest }: { readonly parameter: string; readonly longest: number } = RESTRICTION,
): OpathFilter {
  if (text.length > longest) {
    refuse('bad-syntax', `A filter has at most ${longest} characters.`, { parameter, property: parameter })
  }
  const filter = parseFilter(text, parameter)
  const unknown = propertiesOf(filter).find((name) => !Object.hasOwn(properties, name.toLowerCase()))
  if (unknown !== undefined) {
    refuse('bad-syntax', `"${unknown.slice(0, 64)}" is not a valid property of a recipient that can be filtered by.`, {
      parameter,
      property: parameter,
    })
  }
  checkOperands(filter, (property) => examples[property.toLowerCase()] ?? null, { parameter, property: parameter })
  return filter
}

/** Reads one that was taken before. What would not be taken now tells no mailbox: least of all may it open one. */
export function storedFilter(text: string): OpathFilter {
  try {
    return recipientFilter(text)
  } catch (thrown) {
    if (thrown instanceof Refusal) return { kind: 'or', all: [] }
    throw thrown
  }
}

/** Whether the mailbox is one of those that the filter tells. */
export const fits = (filter: OpathFilter, mailbox: MailboxRecord, memberOf: readonly string[]): boolean =>
  fitting(filter)(mailbox, memberOf)

/** The same for many mailboxes: the filter is taken apart once. */
export function fitting(filter: OpathFilter): (mailbox: MailboxRecord, memberOf: readonly string[]) => boolean {
  const passes = passing(filter)
  return (mailbox, memberOf) => {
    const recipient = { ...mailbox, memberOf }
    return passes((property) => properties[property.toLowerCase()]!(recipient))
  }
}
