import type { FileHandle } from 'node:fs/promises'
import type { Descriptors } from './descriptors.ts'
import { ReadAhead, readFrom } from './read-ahead.ts'

/** Octets between two wanted pieces that are read along rather than passed over, and the most that one read takes. */
const GAP = 4 * 1024
const LONGEST = 1024 ** 2

/** A piece of a record, by its place in the segment as it was written: from `start` up to but not including `end`. */
export interface Piece {
  readonly segment: number
  /** Where the record begins. */
  readonly record: number
  readonly start: number
  readonly end: number
}

/** A piece that somebody waits for. */
interface Wanted extends Piece {
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (reason: unknown) => void
}

/** Neighbours that are read in one go. */
interface Run<P extends Piece> {
  readonly segment: number
  readonly start: number
  end: number
  readonly pieces: P[]
}

/** Reads pieces of segments, fewer octets where the segment ends before. Neighbours share one read. */
export class Reads {
  readonly #descriptors: Descriptors
  readonly #stable: (segment: number) => number
  readonly #ahead = new ReadAhead()
  #wanted: Wanted[] = []

  /** `stable`: up to where a segment will not change any more. */
  constructor(descriptors: Descriptors, stable: (segment: number) => number) {
    this.#descriptors = descriptors
    this.#stable = stable
  }

  /** Together with those that others ask for in one go. */
  read(piece: Piece): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) queueMicrotask(() => this.#start())
      this.#wanted.push({ ...piece, resolve, reject })
    })
  }

  /** In the order of the pieces. */
  async readAll(pieces: readonly Piece[], memory?: Buffer): Promise<readonly Buffer[]> {
    const room = memory && roomIn(memory)
    const found: Buffer[] = []
    const numbered = pieces.map((piece, nth) => ({ ...piece, nth }))
    const serve = async (run: Run<(typeof numbered)[number]>): Promise<void> => {
      const octets = await this.#octets(run, room)
      for (const [at, piece] of run.pieces.entries()) found[piece.nth] = octets[at]!
    }
    await Promise.all(runsOf(numbered).map(serve))
    return found
  }

  #start(): void {
    const wanted = this.#wanted
    this.#wanted = []
    for (const run of runsOf(wanted)) {
      this.#octets(run).then(
        (octets) => {
          for (const [at, piece] of run.pieces.entries()) piece.resolve(octets[at]!)
        },
        (error: unknown) => {
          for (const piece of run.pieces) piece.reject(error)
        },
      )
    }
  }

  /** Those of the run's pieces, in their order. Who brings memory says himself how much is read at a time. */
  #octets(run: Run<Piece>, room?: Room): Promise<readonly Buffer[]> {
    return this.#descriptors.use(run.segment, async (opened) => {
      const { file, moves } = opened
      const places = run.pieces.map(({ record, start }) => (moves ? moves.placeOf(record, start) : start))
      if (!places.every((place) => place !== undefined)) {
        return Promise.all(run.pieces.map((piece, at) => this.#alone(file, piece, places[at])))
      }
      // A compacted segment has its records in the same order, and no further from each other.
      const lengths = run.pieces.map(({ start, end }) => end - start)
      const last = places.reduce((end, place, at) => Math.max(end, place + lengths[at]!), 0)
      const octets = room
        ? await readFrom(file, places[0]!, last, room)
        : await this.#ahead.read(opened, places[0]!, last, this.#stable(run.segment))
      return places.map((place, at) => octets.subarray(place - places[0]!, place - places[0]! + lengths[at]!))
    })
  }

  /** What was left out when the segment was compacted is in the former one, for a while. */
  async #alone(file: FileHandle, { segment, record, start, end }: Piece, place: number | undefined): Promise<Buffer> {
    if (place !== undefined) return readFrom(file, place, place + end - start)
    const former = this.#descriptors.former(segment)
    const before = former?.moves ? former.moves.placeOf(record, start) : start
    if (!former || before === undefined) return Buffer.alloc(0)
    return readFrom(former.file, before, before + end - start)
  }
}

/** Gives memory for so many octets. */
type Room = (octets: number) => Buffer

/** Each part of the memory is given once. */
function roomIn(memory: Buffer): Room {
  let used = 0
  return (octets) => {
    if (used + octets > memory.length) return Buffer.allocUnsafeSlow(octets)
    used += octets
    return memory.subarray(used - octets, used)
  }
}

function runsOf<P extends Piece>(pieces: readonly P[]): readonly Run<P>[] {
  const runs: Run<P>[] = []
  for (const piece of pieces.toSorted((a, b) => a.segment - b.segment || a.start - b.start)) {
    const run = runs.at(-1)
    if (run && adjoins(run, piece)) {
      run.end = Math.max(run.end, piece.end)
      run.pieces.push(piece)
    } else {
      runs.push({ segment: piece.segment, start: piece.start, end: piece.end, pieces: [piece] })
    }
  }
  return runs
}

const adjoins = (run: Run<Piece>, piece: Piece): boolean =>
  piece.segment === run.segment && piece.start - run.end <= GAP && piece.end - run.start <= LONGEST
