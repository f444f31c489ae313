import type { ParameterType } from '../parameter-type.ts'

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 }
const LARGEST = 2 * 1024 ** 4

/** A size in octets as the module takes it: `50 GB`, `1048576`; `Unlimited` is Infinity. */
export const byteQuantity: ParameterType<number> = {
  shown: '<Unlimited>',
  expected: 'a size such as 50GB, from 1 byte to 2 TB, or Unlimited',
  nature: 'single',
  fromText(given) {
    if (given.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY
    const [, number, unit] = /^(\d{1,13}(?:\.\d{1,6})?) ?([a-z]{0,2})$/i.exec(given.trim()) ?? []
    const octets = Math.floor(Number(number) * (units[unit?.toLowerCase() ?? ''] ?? Number.NaN))
    return octets >= 1 && octets <= LARGEST ? octets : undefined
  },
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? byteQuantity.fromText(String(value)) : undefined,
}

/** As the module shows it: `50 GB (53,687,091,200 bytes)`; undefined is `Unlimited`. */
export function writtenQuantity(octets: number | undefined): string {
  if (octets === undefined) return 'Unlimited'
  const unit = (['TB', 'GB', 'MB', 'KB'] as const).find((name) => octets >= units[name.toLowerCase()]!) ?? 'B'
  const number = Number((octets / units[unit.toLowerCase()]!).toPrecision(4))
  return `${number} ${unit} (${octets.toLocaleString('en')} bytes)`
}
