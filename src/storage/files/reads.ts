import type { Descriptors } from './descriptors.ts'

/** Octets between two wanted pieces that are read along rather than passed over, and the most that one read takes. */
const GAP = 4 * 1024
const LONGEST = 1024 ** 2

/** A piece of a segment, from `start` up to but not including `end`. */
export interface Piece {
  readonly segment: number
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
  #wanted: Wanted[] = []

  constructor(descriptors: Descriptors) {
    this.#descriptors = descriptors
  }

  /** Together with those that others ask for in one go. */
  read(piece: Piece): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) queueMicrotask(() => this.#start())
      this.#wanted.push({ ...piece, resolve, reject })
    })
  }

  /** In the order of the pieces. */
  async readAll(pieces: readonly Piece[]): Promise<readonly Buffer[]> {
    const found: Buffer[] = []
    const numbered = pieces.map((piece, nth) => ({ ...piece, nth }))
    const serve = async (run: Run<(typeof numbered)[number]>): Promise<void> => {
      const octets = await this.#octets(run)
      for (const piece of run.pieces) found[piece.nth] = cut(octets, run, piece)
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
          for (const piece of run.pieces) piece.resolve(cut(octets, run, piece))
        },
        (error: unknown) => {
          for (const piece of run.pieces) piece.reject(error)
        },
      )
    }
  }

  async #octets({ segment, start, end }: Run<Piece>): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(end - start)
    const { bytesRead } = await this.#descriptors.use(segment, (file) => file.read(buffer, 0, end - start, start))
    return buffer.subarray(0, bytesRead)
  }
}

const cut = (octets: Buffer, run: Run<Piece>, { start, end }: Piece): Buffer =>
  octets.subarray(start - run.start, end - run.start)

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
