import type { Parameters } from '../../cmdlets/cmdlet.ts'
import type { SettingsChange, SettingValue } from '../../domain/directory/types.ts'

/** What was given for parameters that are kept as they are; undefined where nothing was. */
export function settingsGiven(
  parameters: Parameters,
  given: Readonly<Record<string, unknown>>,
): SettingsChange | undefined {
  const change = Object.keys(parameters)
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, given[name] as SettingValue | null] as const)
  return change.length > 0 ? Object.fromEntries(change) : undefined
}

/** Likewise, sizes and other numbers: `Unlimited` is as in the beginning. */
export function limitsGiven(
  parameters: Parameters,
  given: Readonly<Record<string, unknown>>,
): SettingsChange | undefined {
  const change = settingsGiven(parameters, given)
  return (
    change &&
    Object.fromEntries(
      Object.entries(change).map(([name, limit]) => [name, limit === Number.POSITIVE_INFINITY ? null : limit]),
    )
  )
}
