import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import type { dynamicParameters, includedRecipients } from '../../../../cmdlets/exchange/groups/dynamic-parameters.ts'
import type { SettingsChange, SettingValue } from '../../../../domain/directory/types.ts'
import { wrongParameters } from '../../refusals.ts'

type Given = ValuesOf<typeof dynamicParameters>
type Kind = (typeof includedRecipients)[number]

/** The ready-made parts as filters, of the properties that recipients have here. */
const kinds: Readonly<Record<Kind, string>> = {
  AllRecipients: '(Alias -ne $null)',
  MailboxUsers: "(RecipientTypeDetails -eq 'UserMailbox' -or RecipientTypeDetails -eq 'SharedMailbox')",
  MailContacts: "(RecipientType -eq 'MailContact')",
  MailGroups: "(RecipientType -eq 'MailUniversalDistributionGroup')",
  MailUsers: "(RecipientType -eq 'MailUser')",
  Resources: "(RecipientTypeDetails -eq 'RoomMailbox' -or RecipientTypeDetails -eq 'EquipmentMailbox')",
}

const CONDITION = /^Conditional(CustomAttribute\d+)$/

interface Filtered {
  readonly recipientFilter?: string
  /** What the filter was made of. */
  readonly settings: SettingsChange
}

/** Who is in a dynamic group from now on; what is not given stays as it is kept. */
export function dynamicFilter(given: Given, kept: Readonly<Record<string, SettingValue>> = {}): Filtered {
  const conditions = Object.entries(given).filter(([name, value]) => CONDITION.test(name) && value !== undefined)
  const { RecipientFilter: custom, IncludedRecipients: included } = given
  const precanned = included !== undefined || conditions.length > 0
  if (custom !== undefined) {
    if (precanned) wrongParameters('-RecipientFilter excludes -IncludedRecipients and the conditions.')
    const gone = Object.keys(kept).filter((name) => name === 'IncludedRecipients' || CONDITION.test(name))
    return { recipientFilter: custom, settings: Object.fromEntries(gone.map((name) => [name, null])) }
  }
  if (!precanned) return { settings: {} }
  if (included && included.length > 1 && included.includes('AllRecipients')) {
    wrongParameters('AllRecipients of -IncludedRecipients stands by itself.')
  }
  const settings = { ...(included && { IncludedRecipients: included }), ...Object.fromEntries(conditions) }
  return { recipientFilter: filterOf({ ...kept, ...settings }), settings }
}

/** Any of the kinds, and of each attribute one of the values. */
function filterOf(parts: Readonly<Record<string, unknown>>): string {
  const { IncludedRecipients: included } = parts
  if (!Array.isArray(included)) return wrongParameters('The conditions need -IncludedRecipients.')
  const conditions = Object.entries(parts).flatMap(([name, values]) => {
    const [, attribute] = CONDITION.exec(name) ?? []
    if (attribute === undefined || !Array.isArray(values) || values.length === 0) return []
    return [anyOf(values.map((value) => `${attribute} -eq '${String(value).replaceAll("'", "''")}'`))]
  })
  return [anyOf(included.map((kind) => kinds[kind as Kind])), ...conditions].join(' -and ')
}

const anyOf = (filters: readonly string[]): string => `(${filters.join(' -or ')})`
