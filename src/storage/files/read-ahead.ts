import type { FileHandle } from 'node:fs/promises'
import type { OpenSegment } from './descriptors.ts'

/** Octets between two pieces that still make them neighbours. */
const GAP = 4 * 1024
/** What is read along with a piece that follows another: at first, and at most; twice as much each time. */
const FIRST = 64 * 1024
const MOST = 512 * 1024
/** Readers that are followed at a time: so much memory holds what they may want next. */
const TRAILS = 16

const nothing = Buffer.alloc(0)

/** Somebody who reads piece after piece. */
interface Trail {
  readonly opened: OpenSegment
  /** Where his last piece ended. */
  end: number
  /** What is read along the next time. */
  ahead: number
  /** What is held, and where it lies. */
  start: number
  octets: Buffer
}

/**
 * Believes that who reads one piece after the other goes on so, and reads what comes next along with it: a read takes
 * longer to ask for than to be done.
 */
export class ReadAhead {
  /** The most recent last. */
  readonly #trails: Trail[] = []

  /** Octets from `start` up to `end`, fewer where the file ends before. Those before `stable` will not change any more. */
  async read(opened: OpenSegment, start: number, end: number, stable: number): Promise<Buffer> {
    const trail = this.#trailTo(opened, start, end)
    if (!trail) {
      this.#keep({ opened, end, ahead: FIRST, start: 0, octets: nothing })
      return readFrom(opened.file, start, end)
    }
    this.#keep(trail)
    trail.end = end
    if (holds(trail, start, end)) return trail.octets.subarray(start - trail.start, end - trail.start)
    const until = Math.max(end, Math.min(start + trail.ahead, stable))
    trail.ahead = Math.min(2 * trail.ahead, MOST)
    const octets = await readFrom(opened.file, start, until)
    trail.start = start
    trail.octets = until > end ? octets : nothing
    return octets.subarray(0, end - start)
  }

  #trailTo(opened: OpenSegment, start: number, end: number): Trail | undefined {
    return this.#trails.findLast(
      (trail) =>
        trail.opened === opened && (holds(trail, start, end) || (start >= trail.end && start - trail.end <= GAP)),
    )
  }

  #keep(trail: Trail): void {
    const at = this.#trails.indexOf(trail)
    if (at >= 0) this.#trails.splice(at, 1)
    this.#trails.push(trail)
    if (this.#trails.length > TRAILS) this.#trails.shift()
  }
}

const holds = ({ start, octets }: Trail, from: number, to: number): boolean =>
  from >= start && to <= start + octets.length

/** Memory for so many octets is made, unless there is some. */
export async function readFrom(
  file: FileHandle,
  start: number,
  end: number,
  room: (octets: number) => Buffer = (octets) => Buffer.allocUnsafeSlow(octets),
): Promise<Buffer> {
  const buffer = room(end - start)
  const { bytesRead } = await file.read(buffer, 0, end - start, start)
  return buffer.subarray(0, bytesRead)
}
