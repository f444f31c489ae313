import type { Descriptors } from './descriptors.ts'

/** Octets between two wanted pieces that are read along rather than passed over, and the most that one read takes. */
const GAP = 4 * 1024
const LONGEST = 1024 ** 2

/** A piece of a segment that somebody waits for. */
interface Wanted {
  readonly segment: number
  readonly start: number
  readonly end: number
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (reason: unknown) => void
}

/** Neighbours that are read in one go. */
interface Run {
  readonly segment: number
  readonly start: number
  end: number
  readonly pieces: Wanted[]
}

/** Reads pieces of segments. Those that are asked for in one go, and lie beside each other, share one read. */
export class Reads {
  readonly #descriptors: Descriptors
  #wanted: Wanted[] = []

  constructor(descriptors: Descriptors) {
    this.#descriptors = descriptors
  }

  /** From `start` up to but not including `end`; fewer where the segment ends before. */
  read(segment: number, start: number, end: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.length === 0) queueMicrotask(() => this.#start())
      this.#wanted.push({ segment, start, end, resolve, reject })
    })
  }

  #start(): void {
    const wanted = this.#wanted
    this.#wanted = []
    for (const run of runsOf(wanted)) void this.#serve(run)
  }

  async #serve({ segment, start, end, pieces }: Run): Promise<void> {
    try {
      const buffer = Buffer.allocUnsafeSlow(end - start)
      const { bytesRead } = await this.#descriptors.use(segment, (file) => file.read(buffer, 0, end - start, start))
      const found = buffer.subarray(0, bytesRead)
      for (const piece of pieces) piece.resolve(found.subarray(piece.start - start, piece.end - start))
    } catch (error) {
      for (const piece of pieces) piece.reject(error)
    }
  }
}

function runsOf(wanted: readonly Wanted[]): readonly Run[] {
  const runs: Run[] = []
  for (const piece of wanted.toSorted((a, b) => a.segment - b.segment || a.start - b.start)) {
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

const adjoins = (run: Run, piece: Wanted): boolean =>
  piece.segment === run.segment && piece.start - run.end <= GAP && piece.end - run.start <= LONGEST
