import {
  checkOperands,
  type OpathFilter,
  type OpathValue,
  passing,
  propertiesOf,
} from '../../../../codecs/opath/filter.ts'
import { parseFilter } from '../../../../codecs/opath/parse-filter.ts'
import { Refusal, refuse } from '../../../../core/refusal.ts'
import type { MailboxRecord } from '../../objects.ts'

/** The parameter that holds the filter, and its maximum length. */
const RESTRICTION = { parameter: 'RecipientRestrictionFilter', longest: Number.POSITIVE_INFINITY } as const

/** A mailbox, and the distinguished names of the groups of which it is a direct member. */
interface Recipient extends MailboxRecord {
  readonly memberOf: readonly string[]
}

/** `CustomAttribute1` to `CustomAttribute15`, which an organization sets as it likes. */
const customAttributes = Object.fromEntries(
  Array.from({ length: 15 }, (_, at) => {
    const name = `CustomAttribute${at + 1}`
    return [name.toLowerCase(), ({ settings }: Recipient): OpathValue => settings[name] ?? '']
  }),
)

/** The properties of a recipient that a filter can use, by their folded names. */
const properties: Readonly<Record<string, (recipient: Recipient) => OpathValue>> = {
  ...customAttributes,
  alias: ({ alias }) => alias,
  displayname: ({ displayName }) => displayName,
  emailaddresses: ({ emailAddresses }) => [
    ...emailAddresses,
    // OPATH matches an address with or without its prefix.
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

/** An example value for each property that is not a string. */
const examples: Readonly<Record<string, OpathValue>> = {
  hiddenfromaddresslistsenabled: false,
  whencreated: new Date(0),
  whenmailboxcreated: new Date(0),
}

/** Parses a filter of recipients. Refuses `bad-syntax`, also for an unknown property or a value of the wrong type. */
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

/** Parses a stored filter. A filter that is no longer valid matches no mailbox, so that it cannot grant access. */
export function storedFilter(text: string): OpathFilter {
  try {
    return recipientFilter(text)
  } catch (thrown) {
    if (thrown instanceof Refusal) return { kind: 'or', all: [] }
    throw thrown
  }
}

/** Whether the mailbox matches the filter. */
export const fits = (filter: OpathFilter, mailbox: MailboxRecord, memberOf: readonly string[]): boolean =>
  fitting(filter)(mailbox, memberOf)

/** As {@link fits}, for many mailboxes: the filter is compiled once. */
export function fitting(filter: OpathFilter): (mailbox: MailboxRecord, memberOf: readonly string[]) => boolean {
  const passes = passing(filter)
  return (mailbox, memberOf) => {
    const recipient = { ...mailbox, memberOf }
    return passes((property) => properties[property.toLowerCase()]!(recipient))
  }
}
