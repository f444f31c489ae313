import { refuse } from '../../../../core/refusal.ts'
import { limits } from '../../limits.ts'

export type SettingValue = string | number | boolean | readonly string[]

/** What was set, by the names that Exchange has for it; what is absent is as it was in the beginning. */
export type KeptSettings = Readonly<Record<string, SettingValue>>

/** Null is as it was in the beginning. */
export type SettingsChange = Readonly<Record<string, SettingValue | null>>

/** A list that takes the place of what there is, or what comes to it and goes from it. */
export type ListChange =
  | { readonly replace: readonly string[] }
  | { readonly add: readonly string[]; readonly remove: readonly string[] }

export const settingsOf = (text: string): KeptSettings => JSON.parse(text) as KeptSettings

/** Refuses `bad-syntax` for more than is kept. */
export function settingsAfter(before: KeptSettings, change: SettingsChange): KeptSettings {
  const after = Object.entries({ ...before, ...change }).filter(
    (entry): entry is [string, SettingValue] => entry[1] !== null,
  )
  const settings = Object.fromEntries(after.toSorted(([one], [other]) => (one < other ? -1 : 1)))
  if (JSON.stringify(settings).length > limits.settings) {
    refuse('bad-syntax', `The settings are longer than ${limits.settings} characters together.`)
  }
  return settings
}
