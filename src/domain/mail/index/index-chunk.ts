import { flagsKey, flagsOf, keywordsText } from '../flags/flags.ts'
import type { Flags } from '../types.ts'

const ascii = new TextDecoder()

/**
 * Octets before the columns: the number of messages, the number of mod-sequences, the width of a flag number, octets of
 * flags.
 */
const HEAD = 16

/** Columns of messages, in UID order. */
export interface Columns {
  readonly uids: Uint32Array
  readonly modSeqs: Float64Array
  /** For each message, the number of its flags. */
  readonly flags: Uint32Array
}

/** Flags, and how many messages have them. */
export interface NumberedFlags {
  readonly number: number
  readonly flags: Flags
  readonly messages: number
}

/**
 * Packs messages of an index in a form that can be read almost without loops: it is read at the start of the program,
 * when loops are still slow. If all messages have the same mod-sequence, it is written once.
 */
export function packIndexChunk({ uids, modSeqs, flags }: Columns, flagsAt: (number: number) => Flags): Buffer {
  const steps = modSeqs.every((modSeq) => modSeq === modSeqs[0]) ? modSeqs.subarray(0, 1) : modSeqs
  const messages = new Map<number, number>()
  for (const number of flags) messages.set(number, (messages.get(number) ?? 0) + 1)
  const width = widthOf(Math.max(...messages.keys()))
  const text = Buffer.from(Array.from(messages, (entry) => lineOf(entry, flagsAt)).join('\n'), 'latin1')
  const places = placesOf(uids.length, steps.length, width)
  const packed = Buffer.alloc(places.text + text.length)
  for (const [at, number] of [uids.length, steps.length, width, text.length].entries())
    packed.writeUInt32LE(number, at * 4)
  const { uids: uidCells, modSeqs: modSeqCells, flags: flagCells } = cellsOf(packed)
  uidCells.set(uids)
  modSeqCells.set(steps)
  flagCells.set(flags)
  text.copy(packed, places.text)
  return packed
}

/** The number of messages in what {@link packIndexChunk} wrote. */
export const messagesIn = (packed: Uint8Array): number => cellsOf(packed).uids.length

/** Reads the output of {@link packIndexChunk} into columns, from position `place` on. Returns the flags. */
export function unpackIndexChunk(packed: Uint8Array, into: Columns, place: number): NumberedFlags[] {
  const { uids, modSeqs, flags, text } = cellsOf(packed)
  into.uids.set(uids, place)
  into.flags.set(flags, place)
  if (modSeqs.length === uids.length) into.modSeqs.set(modSeqs, place)
  else into.modSeqs.fill(modSeqs[0]!, place, place + uids.length)
  return text.split('\n').map((line) => {
    const [number, messages, system, ...keywords] = line.split(' ')
    return { number: Number(number), messages: Number(messages), flags: flagsOf(Number(system), keywords.join(' ')) }
  })
}

function lineOf([number, messages]: readonly [number, number], flagsAt: (number: number) => Flags): string {
  const flags = flagsAt(number)
  return `${number} ${messages} ${flagsKey(flags.system, keywordsText(flags))}`
}

const widthOf = (highest: number): number => (highest < 2 ** 8 ? 1 : highest < 2 ** 16 ? 2 : 4)

/** The offset of each part. Each offset is aligned for its typed array. */
function placesOf(uids: number, modSeqs: number, width: number) {
  const steps = HEAD + Math.ceil(uids / 2) * 8
  const flags = steps + modSeqs * 8
  return { uids: HEAD, modSeqs: steps, flags, text: flags + uids * width }
}

function cellsOf(bytes: Uint8Array) {
  // Octets that are not aligned are copied.
  const { buffer, byteOffset, length } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  const head = new Uint32Array(buffer, byteOffset, 3)
  const [count, steps, width] = [head[0]!, head[1]!, head[2]!]
  const places = placesOf(count, steps, width)
  const cells = { buffer, offset: byteOffset + places.flags, count }
  return {
    uids: new Uint32Array(buffer, byteOffset + places.uids, count),
    modSeqs: new Float64Array(buffer, byteOffset + places.modSeqs, steps),
    flags: numbersOf(cells, width),
    text: ascii.decode(new Uint8Array(buffer, byteOffset + places.text, length - places.text)),
  }
}

function numbersOf(
  { buffer, offset, count }: { buffer: ArrayBufferLike; offset: number; count: number },
  width: number,
) {
  if (width === 1) return new Uint8Array(buffer, offset, count)
  return width === 2 ? new Uint16Array(buffer, offset, count) : new Uint32Array(buffer, offset, count)
}
