import type { FileHandle } from 'node:fs/promises'
import type { OpenSegment } from './descriptors.ts'

/** The largest gap between two pieces of the same reader, in octets. */
const NEAR = 256 * 1024
/** The size of the first and of the largest read ahead. It doubles each time. */
const FIRST = 64 * 1024
const MOST = 512 * 1024
/** Readers that are followed at a time. Each has a buffer. */
const TRAILS = 16

const nothing = Buffer.alloc(0)

/** Returns memory for so many octets. */
export type AllocateBuffer = (octets: number) => Buffer

/** A reader that reads piece after piece. */
interface Trail {
  readonly opened: OpenSegment
  /** The end of its last piece. */
  end: number
  /** Octets to read the next time. */
  ahead: number
  /** The buffer, which is reused. */
  window: Buffer
  /** True while the buffer is being filled. */
  reading: boolean
  /** The position of the buffer's octets in the file. */
  start: number
  octets: number
  /** Where the segment was cut off during a read. */
  until: number
}

/** Reads ahead for sequential readers, because a read costs more than its octets. */
export class ReadAhead {
  /** The most recent reader last. */
  readonly #trails: Trail[] = []

  /** The octets from `start` up to `end`, if they were read ahead. */
  held(opened: OpenSegment, start: number, end: number, room: AllocateBuffer): Buffer | undefined {
    const trail = this.#trails.findLast((trail) => trail.opened === opened && holds(trail, start, end))
    if (!trail) return undefined
    this.#keep(trail, end)
    return copied(trail, start, end, room)
  }

  /** Returns fewer octets if the file ends earlier. Octets before `stable` do not change. */
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
      // The octets that nobody requested may be the damaged ones.
      return readFrom(opened.file, start, end, room)
    }
    return copied(trail, start, end, room)
  }

  /** The file ends here now, and other octets may be added. */
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
