import { readdirSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFile, openPrivateFile } from '../../core/private-files.ts'
import { type Disk, syncDirectory, writeAll } from './disk.ts'

export const segmentPath = (dir: string, segment: number): string =>
  join(dir, `${String(segment).padStart(6, '0')}.seg`)

/** The segments in a directory, ascending. */
export const segmentsIn = (dir: string): readonly number[] =>
  readdirSync(dir)
    .flatMap((name) => /^(\d{6,})\.seg$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)

/** Octets of zeros that are written ahead. Replacing them needs no change of the file's size, so a sync is cheaper. */
const AHEAD = 1024 ** 2
const zeros = Buffer.alloc(AHEAD)

/** The end of the segment files, where bytes are added. Zeros follow the end of the current file. */
export class Tail {
  readonly #dir: string
  readonly #disk: Disk
  /** The largest size up to which zeros are written. */
  readonly #limit: number
  #segment: number
  #file: FileHandle | undefined
  #end = 0
  /** The size of the file. */
  #room = 0
  /** True if nothing more may be added to the current segment. */
  #spoiled = false

  /** Continues after the last segment in the directory, if it was closed. */
  constructor(dir: string, disk: Disk, limit: number) {
    this.#dir = dir
    this.#disk = disk
    this.#limit = limit
    this.#segment = segmentsIn(dir).at(-1) ?? 0
  }

  /** The segment to which bytes are added, or the last one before the next is begun. */
  get segment(): number {
    return this.#segment
  }

  /** The end of the part of a segment that is never overwritten. */
  stable(segment: number): number {
    return this.#file && segment === this.#segment ? this.#end : Infinity
  }

  /** Returns the position of the next octet. Begins a new segment if `full` says so of the current one. */
  async place(full: (end: number) => boolean): Promise<{ segment: number; end: number }> {
    if (!this.#file && this.#segment > 0 && !this.#spoiled) await this.#reopen()
    if (!this.#file || this.#spoiled || full(this.#end)) await this.#next()
    return { segment: this.#segment, end: this.#end }
  }

  /** Resolves when the bytes are durable. After a failure they are not, and later bytes may take their place. */
  async add(buffers: readonly Uint8Array[]): Promise<void> {
    const file = this.#file
    if (!file) throw new Error('No segment is open')
    const end = await writeAll(this.#disk, file.fd, buffers, this.#end)
    if (end > this.#room) this.#room = await this.#layOut(file, end)
    try {
      await this.#disk.sync(file.fd)
    } catch (error) {
      // The bytes may or may not be on the disk, and another sync proves nothing, so nothing more is added to this
      // file.
      this.#spoiled = true
      await this.close()
      throw error
    }
    this.#end = end
  }

  /**
   * Cuts off the last bytes, from `offset` to the end. Calls `cutOff` before anything else can be added. Returns false
   * if that is not possible.
   */
  async giveBack(segment: number, offset: number, cutOff: (segment: number, end: number) => void): Promise<boolean> {
    const file = this.#file
    if (!file || segment !== this.#segment || this.#spoiled) return false
    this.#end = offset
    cutOff(segment, offset)
    try {
      await file.truncate(offset)
      this.#room = await this.#layOut(file, offset)
    } catch {
      // Later bytes overwrite it.
    }
    return true
  }

  /** The position of the next octet in the open segment. */
  get end(): number {
    return this.#end
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    if (!this.#spoiled) await file?.truncate(this.#end)
    await file?.close()
  }

  /** Returns the new size of the file. */
  async #layOut(file: FileHandle, end: number): Promise<number> {
    const octets = Math.min(AHEAD, this.#limit - end)
    if (octets <= 0) return end
    try {
      return await writeAll(this.#disk, file.fd, [zeros.subarray(0, octets)], end)
    } catch {
      // If zeros do not fit, data may still fit.
      return end
    }
  }

  async #next(): Promise<void> {
    await this.close()
    this.#segment++
    this.#spoiled = true
    this.#file = await createPrivateFile(this.#path)
    this.#end = this.#room = 0
    await syncDirectory(this.#dir)
    this.#spoiled = false
  }

  async #reopen(): Promise<void> {
    const file = await openPrivateFile(this.#path)
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    this.#file = file
    this.#end = this.#room = size
    // It was not closed, so its end is not known, and its bytes are left as they are.
    this.#spoiled = size > 0 && buffer[0] === 0
  }

  get #path(): string {
    return segmentPath(this.#dir, this.#segment)
  }
}
