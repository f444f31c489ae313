import type { Guid } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { checkOptionalText, limits } from '../../limits.ts'

export type SettingValue = string | number | boolean | readonly string[]

/** Settings by their names in Exchange. A setting that is absent has its default value. */
export type StoredSettings = Readonly<Record<string, SettingValue>>

/** Null restores the default. A list can be replaced, or changed by additions and removals. */
export type SettingsChange = Readonly<Record<string, SettingValue | SettingListChange | null>>

/** Replaces a list, or adds values to it and removes values from it. */
export type SettingListChange =
  | { readonly replace: readonly string[] }
  | { readonly add: readonly string[]; readonly remove: readonly string[] }

export const settingsOf = (text: string): StoredSettings => JSON.parse(text) as StoredSettings

/** Refuses `bad-syntax` if a setting exceeds its limit. */
export function settingsAfter(before: StoredSettings, change: SettingsChange): StoredSettings {
  const fresh = Object.entries(change).map(
    ([name, value]) => [name, checked(name, valueAfter(before[name], value))] as const,
  )
  const after = Object.entries({ ...before, ...Object.fromEntries(fresh) }).filter(
    (entry): entry is [string, SettingValue] => entry[1] !== null,
  )
  const settings = Object.fromEntries(after.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  if (JSON.stringify(settings).length > limits.settings) {
    refuse('bad-syntax', `The settings are longer than ${limits.settings} characters together.`)
  }
  return settings
}

function valueAfter(before: SettingValue | undefined, value: SettingsChange[string]): SettingValue | null {
  if (value === null || typeof value !== 'object' || isList(value)) return value
  const held: readonly string[] = before !== undefined && isList(before) ? before : []
  const list = 'replace' in value ? value.replace : [...held.filter((it) => !value.remove.includes(it)), ...value.add]
  return list.length === 0 ? null : [...new Set(list)]
}

/** Refuses a text that would break out of its line where it is shown. */
function checked(name: string, value: SettingValue | null): SettingValue | null {
  for (const text of Array.isArray(value) ? (value as readonly string[]) : [value]) {
    if (typeof text === 'string') checkOptionalText(text, name, limits.settings)
  }
  return value
}

const isList = (value: SettingValue | SettingListChange): value is readonly string[] => Array.isArray(value)

export const textOf = (value: SettingValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined
export const guidsOf = (value: SettingValue | undefined): readonly Guid[] =>
  Array.isArray(value) ? (value as readonly Guid[]) : []
export const numberOf = (value: SettingValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined
