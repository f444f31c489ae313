import type { ParameterType } from '../parameter-type.ts'

/** How many objects are wanted: a number, or `Unlimited`, which is Infinity. */
export const resultSize: ParameterType<number> = {
  shown: '<Unlimited>',
  expected: 'a whole number from 1 to 2147483647, or Unlimited',
  nature: 'single',
  fromText(given) {
    if (given.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY
    const value = /^\d{1,10}$/.test(given) ? Number(given) : 0
    return value >= 1 && value <= 2_147_483_647 ? value : undefined
  },
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? resultSize.fromText(String(value)) : undefined,
}

export const resultSizeMeaning = 'The maximum number of objects, or Unlimited (default: 1000).'
