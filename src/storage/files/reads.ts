import type { Moves } from './compacted.ts'
import type { Descriptors, OpenSegment } from './descriptors.ts'
import { ReadAhead, readFrom, type AllocateBuffer } from './read-ahead.ts'

/** The largest gap between two pieces of one read, and the longest read. */
const GAP = 4 * 1024
const LONGEST = 1024 ** 2
/** From this length on, a run is read directly into the result. */
const LONG = 128 * 1024

/** A piece of a record, by its offsets in the original segment: from `start` up to but not including `end`. */
export interface ReadPiece {
  readonly segment: number
  /** The offset of the record. */
  readonly record: number
  readonly start: number
  readonly end: number
}

/** A piece that a caller waits for. */
interface ReadRequest extends ReadPiece {
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (reason: unknown) => void
}

/** Neighbouring pieces that one read covers. */
interface Run<P extends ReadPiece> {
  readonly segment: number
  readonly start: number
  end: number
  readonly pieces: P[]
}

/** Reads pieces of segments; fewer octets if the segment ends earlier. Neighbours share one read. */
export class Reads {
  readonly #descriptors: Descriptors
  readonly #stable: (segment: number) => number
  readonly #ahead = new ReadAhead()
  #wanted: ReadRequest[] = []

  /** `stable`: the end of the part of a segment that does not change. */
  constructor(descriptors: Descriptors, stable: (segment: number) => number) {
    this.#descriptors = descriptors
    this.#stable = stable
  }

  /** The segment ends here now: forgets octets that were read ahead beyond it. */
  cutOff(segment: number, end: number): void {
    const opened = this.#descriptors.atHand(segment)
    if (opened) this.#ahead.cutOff(opened, end)
  }

  /** Shares a read with concurrent calls. */
  read(piece: ReadPiece): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) queueMicrotask(() => this.#start())
      this.#wanted.push({ ...piece, resolve, reject })
    })
  }

  /** In the order of the pieces. */
  async readAll(pieces: readonly ReadPiece[], memory?: Buffer): Promise<readonly Buffer[]> {
    const found: Buffer[] = []
    const runs = runsOf(pieces.map((piece, nth) => ({ ...piece, nth })))
    const reading = { room: memory ? allocateIn(memory) : allocate, alone: runs.length === 1 }
    const serve = async (run: Run<(typeof runs)[number]['pieces'][number]>): Promise<void> => {
      const octets = await this.#octets(run, reading)
      for (const [at, piece] of run.pieces.entries()) found[piece.nth] = octets[at]!
    }
    await (reading.alone ? serve(runs[0]!) : Promise.all(runs.map(serve)))
    return found
  }

  #start(): void {
    const wanted = this.#wanted
    this.#wanted = []
    const runs = runsOf(wanted)
    for (const run of runs) void this.#serve(run, { room: allocate, alone: runs.length === 1 })
  }

  async #serve(run: Run<ReadRequest>, reading: Reading): Promise<void> {
    try {
      const octets = await this.#octets(run, reading)
      for (const [at, piece] of run.pieces.entries()) piece.resolve(octets[at]!)
    } catch (error) {
      const [first, ...others] = run.pieces
      if (others.length === 0) return first?.reject(error)
      // One piece is damaged. The others can be read without it.
      for (const piece of run.pieces) void this.#serve({ ...run, ...piece, pieces: [piece] }, reading)
    }
  }

  /** The octets of the run's pieces, in their order. */
  #octets(run: Run<ReadPiece>, reading: Reading): Promise<readonly Buffer[]> | readonly Buffer[] {
    const opened = this.#descriptors.atHand(run.segment)
    const held = opened && this.#held(opened, run, reading)
    return held ?? this.#descriptors.use(run.segment, (opened) => this.#read(opened, run, reading))
  }

  #held(opened: OpenSegment, run: Run<ReadPiece>, { room }: Reading): readonly Buffer[] | undefined {
    const places = placesIn(opened, run)
    const octets = places && this.#ahead.held(opened, places.start, places.end, room)
    return octets && cut(octets, places)
  }

  async #read(opened: OpenSegment, run: Run<ReadPiece>, { room, alone }: Reading): Promise<readonly Buffer[]> {
    const places = placesIn(opened, run)
    if (!places) return Promise.all(run.pieces.map((piece) => this.#alone(opened, piece)))
    const { start, end } = places
    // No read-ahead for long runs and concurrent reads: their caller already requests what it needs.
    const octets =
      alone && end - start < LONG
        ? await this.#ahead.read(opened, start, end, this.#stable(run.segment), room)
        : await readFrom(opened.file, start, end, room)
    return cut(octets, places)
  }

  /** Reads a record that the compaction removed from the former file, while that is kept. */
  async #alone({ file, moves }: OpenSegment, piece: ReadPiece): Promise<Buffer> {
    const { segment, start, end } = piece
    const place = locationIn(moves, piece)
    if (place !== undefined) return readFrom(file, place, place + end - start, allocate)
    const former = this.#descriptors.former(segment)
    const before = former && locationIn(former.moves, piece)
    if (!former || before === undefined) return Buffer.alloc(0)
    return readFrom(former.file, before, before + end - start, allocate)
  }
}

/** The positions of a run's pieces in the current file: from `start` to `end`. */
interface Places {
  readonly start: number
  readonly end: number
  readonly pieces: readonly { readonly start: number; readonly end: number }[]
}

const locationIn = (moves: Moves | undefined, { record, start }: ReadPiece): number | undefined =>
  moves ? moves.placeOf(record, start) : start

/**
 * Undefined if the compaction removed some of them. A compacted segment has its records in the same order, and no
 * further apart.
 */
function placesIn({ moves }: OpenSegment, run: Run<ReadPiece>): Places | undefined {
  const pieces: { start: number; end: number }[] = []
  for (const piece of run.pieces) {
    const start = locationIn(moves, piece)
    if (start === undefined) return undefined
    pieces.push({ start, end: start + piece.end - piece.start })
  }
  return { start: pieces[0]!.start, end: pieces.reduce((most, { end }) => Math.max(most, end), 0), pieces }
}

const cut = (octets: Buffer, { start, pieces }: Places): readonly Buffer[] =>
  pieces.map((piece) => octets.subarray(piece.start - start, piece.end - start))

interface Reading {
  readonly room: AllocateBuffer
  /** True if nothing else is requested at the same time. */
  readonly alone: boolean
}

const allocate: AllocateBuffer = (octets) => Buffer.allocUnsafe(octets)

/** Gives out each part of the memory once. */
function allocateIn(memory: Buffer): AllocateBuffer {
  let used = 0
  return (octets) => {
    if (used + octets > memory.length) return allocate(octets)
    used += octets
    return memory.subarray(used - octets, used)
  }
}

function runsOf<P extends ReadPiece>(pieces: readonly P[]): readonly Run<P>[] {
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

const adjoins = (run: Run<ReadPiece>, piece: ReadPiece): boolean =>
  piece.segment === run.segment && piece.start - run.end <= GAP && piece.end - run.start <= LONGEST
