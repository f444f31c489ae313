import * as fc from 'fast-check'

interface TextLength {
  readonly minLength?: number
  readonly maxLength?: number
}

/** The number of surrogates, which stand for no character alone. */
const SURROGATES = 0x800

/**
 * Texts of any characters, control characters included. The lengths count characters. `fc.string({ unit: 'binary' })`
 * makes a table of all 1.1 million characters first, which takes seconds in each worker.
 */
export const anyText = (length: TextLength = {}): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 0x10_ffff - SURROGATES }), length)
    .map((numbers) =>
      String.fromCodePoint(...numbers.map((number) => (number < 0xd800 ? number : number + SURROGATES))),
    )
