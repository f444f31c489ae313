import type { FileHandle } from 'node:fs/promises'
import type { OpenSegment } from './descriptors.ts'

/** Octets between two pieces that still make the second the next one of the same reader. */
const NEAR = 256 * 1024
/** What is read when a piece follows another: at first, and at most; twice as much each time. */
const FIRST = 64 * 1024
const MOST = 512 * 1024
/** Readers that are followed at a time: so much memory holds what they may want next. */
const TRAILS = 16

const nothing = Buffer.alloc(0)

/** Gives memory for so many octets. */
export type AllocateBuffer = (octets: number) => Buffer

/** Somebody who reads piece after piece. */
interface Trail {
  readonly opened: OpenSegment
  /** Where his last piece ended. */
  end: number
  /** How much is read the next time. */
  ahead: number
  /** What is read into, again and again. */
  window: Buffer
  /** Whether that is under way. */
  reading: boolean
  /** What lies in it. */
  start: number
  octets: number
  /** Where the segment was cut off while a read was under way. */
  until: number
}

/**
 * Believes that who reads one piece after the other goes on so, and reads what comes next along with it: a read takes
 * longer to ask for than to be done.
 */
export class ReadAhead {
  /** The most recent last. */
  readonly #trails: Trail[] = []

  /** The octets from `start` up to `end`, if they were read along with others. */
  held(opened: OpenSegment, start: number, end: number, room: AllocateBuffer): Buffer | undefined {
    const trail = this.#trails.findLast((trail) => trail.opened === opened && holds(trail, start, end))
    if (!trail) return undefined
    this.#keep(trail, end)
    return copied(trail, start, end, room)
  }

  /** Fewer where the file ends before. Octets before `stable` will not change any more. */
  async read(opened: OpenSegment, start: number, end: number, stable: number, room: AllocateBuffer): Promise<Buffer> {
    const trail = this.#trails.findLast((trail) => trail.opened === opened && follows(trail, start))
    if (!trail) {
      this.#keep(
        { opened, end, ahead: FIRST, window: nothing, reading: false, start: 0, octets: 0, until: Infinity },
        end,
      )
      return readFrom(opened.file, start, end, room)
    }
    this.#keep(trail, end)
    const until = Math.min(start + trail.ahead, stable)
    if (until <= end || trail.reading) return readFrom(opened.file, start, end, room)
    try {
      await fill(trail, start, until)
    } catch {
      // What nobody asked for yet may be what cannot be read.
      return readFrom(opened.file, start, end, room)
    }
    return copied(trail, start, end, room)
  }

  /** The file ends there now, and other octets may come behind that. */
  cutOff(opened: OpenSegment, end: number): void {
    for (const trail of this.#trails.filter((trail) => trail.opened === opened)) {
      trail.octets = Math.min(trail.octets, Math.max(0, end - trail.start))
      trail.until = Math.min(trail.until, end)
    }
  }

  #keep(trail: Trail, end: number): void {
    trail.end = end
    if (this.#trails.at(-1) === trail) return
    const at = this.#trails.indexOf(trail)
    if (at >= 0) this.#trails.splice(at, 1)
    this.#trails.push(trail)
    if (this.#trails.length > TRAILS) this.#trails.shift()
  }
}

const follows = ({ end }: Trail, start: number): boolean => start >= end && start - end <= NEAR

const holds = ({ start, octets }: Trail, from: number, to: number): boolean => from >= start && to <= start + octets

function copied({ window, start, octets }: Trail, from: number, to: number, room: AllocateBuffer): Buffer {
  const until = Math.min(to, start + octets)
  const copy = room(to - from)
  return copy.subarray(0, window.copy(copy, 0, from - start, until - start))
}

async function fill(trail: Trail, start: number, end: number): Promise<void> {
  trail.octets = 0
  trail.until = Infinity
  trail.reading = true
  try {
    if (trail.window.length < trail.ahead) trail.window = Buffer.allocUnsafeSlow(trail.ahead)
    trail.ahead = Math.min(2 * trail.ahead, MOST)
    const { bytesRead } = await trail.opened.file.read(trail.window, 0, end - start, start)
    trail.start = start
    trail.octets = Math.min(bytesRead, Math.max(0, trail.until - start))
  } finally {
    trail.reading = false
  }
}

export async function readFrom(file: FileHandle, start: number, end: number, room: AllocateBuffer): Promise<Buffer> {
  const buffer = room(end - start)
  const { bytesRead } = await file.read(buffer, 0, end - start, start)
  return buffer.subarray(0, bytesRead)
}
