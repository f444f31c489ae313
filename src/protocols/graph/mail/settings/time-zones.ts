import { findIana, findWindows, WINDOWS_TO_IANA_MAP } from 'windows-iana'

/** A time zone as Graph shows it. */
export interface TimeZoneInformation {
  readonly alias: string
  readonly displayName: string
}

const windowsNames = new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName as string))
const ianaNames = new Set(Intl.supportedValuesOf('timeZone'))

/** The time zones that a mailbox can have, by their names in Windows or in the IANA database. */
export function timeZones(standard: 'windows' | 'iana'): readonly TimeZoneInformation[] {
  const names = standard === 'windows' ? windowsNames : ianaNames
  return [...names].sort().map((alias) => ({ alias, displayName: alias }))
}

/** The time zone in its own spelling; undefined if it does not exist. */
export function timeZoneNamed(name: string): string | undefined {
  for (const known of [...windowsNames, ...ianaNames, 'UTC']) {
    if (known.toLowerCase() === name.toLowerCase()) return known
  }
  return findWindows(name).length > 0 ? name : undefined
}

/** The zone's name in the IANA database, by which dates are computed. */
export const ianaNameOf = (name: string): string => (windowsNames.has(name) ? (findIana(name)[0] ?? 'UTC') : name)
