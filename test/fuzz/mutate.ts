import type { SeededRandom } from '../support/seeded-random.ts'

/** Octets that parsers make a difference of. */
const LOUD = [
  0, 9, 10, 13, 32, 34, 37, 40, 41, 42, 43, 45, 46, 58, 59, 60, 61, 62, 64, 91, 92, 93, 123, 125, 127, 128, 255,
]
const NUMBERS = ['0', '1', '-1', '4294967295', '4294967296', '9223372036854775808', '99999999999999999999', '1:*', '*']
const LONGEST = 64 * 1024

/** An input of which a few things are other than they were; `others` lend pieces, `dictionary` are put in whole. */
export function mutate(
  chance: SeededRandom,
  input: Buffer,
  others: readonly Buffer[],
  dictionary: readonly string[],
): Buffer {
  let octets = input
  for (let times = 1 + chance.below(4); times > 0; times -= 1) octets = once(chance, octets, others, dictionary)
  return octets.subarray(0, LONGEST)
}

function once(chance: SeededRandom, octets: Buffer, others: readonly Buffer[], dictionary: readonly string[]): Buffer {
  const [from, to] = span(chance, octets)
  const put = (piece: Uint8Array, until = from) =>
    Buffer.concat([octets.subarray(0, from), piece, octets.subarray(until)])
  switch (chance.below(9)) {
    case 0:
      return put(Buffer.alloc(0), to)
    case 1:
      return put(octets.subarray(from, to))
    case 2:
      return put(repeated(chance, octets.subarray(from, Math.min(to, from + 64))))
    case 3:
      return put(Buffer.from([chance.of(LOUD)]))
    case 4:
      return put(Buffer.from([chance.of(LOUD)]), from + 1)
    case 5:
      return put(Buffer.from([chance.below(256)]), from + 1)
    case 6:
      return put(Buffer.from(chance.of(dictionary), 'latin1'), chance.below(2) === 0 ? from : to)
    case 7:
      return put(pieceOf(chance, chance.of(others)), chance.below(2) === 0 ? from : to)
    default:
      return otherNumber(chance, octets)
  }
}

function span(chance: SeededRandom, octets: Buffer): [number, number] {
  const from = chance.below(octets.length + 1)
  return [from, Math.min(octets.length, from + 1 + chance.below(chance.below(4) === 0 ? octets.length + 1 : 8))]
}

function pieceOf(chance: SeededRandom, octets: Buffer): Buffer {
  const [from, to] = span(chance, octets)
  return octets.subarray(from, to)
}

const repeated = (chance: SeededRandom, piece: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: 1 + chance.below(chance.below(20) === 0 ? 400 : 6) }, () => piece))

/** One of the numbers in it becomes one that is hard to hold. */
function otherNumber(chance: SeededRandom, octets: Buffer): Buffer {
  const text = octets.toString('latin1')
  const found = [...text.matchAll(/\d+/g)]
  if (found.length === 0) return octets
  const { index, 0: digits } = chance.of(found)
  const number = chance.below(3) === 0 ? String(Number(digits) + chance.below(3) - 1) : chance.of(NUMBERS)
  return Buffer.from(text.slice(0, index) + number + text.slice(index + digits.length), 'latin1')
}
