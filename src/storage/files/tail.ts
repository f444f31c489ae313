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

/** Octets that are laid out ahead of what is added: to sync what takes their place costs the file system no entry in its journal. */
const AHEAD = 1024 ** 2
const zeros = Buffer.alloc(AHEAD)

/** The end of the segment files, where bytes are added. Behind the end the file that is added to has zeros. */
export class Tail {
  readonly #dir: string
  readonly #disk: Disk
  /** Octets up to which room is laid out. */
  readonly #limit: number
  #segment: number
  #file: FileHandle | undefined
  #end = 0
  /** Where the file ends. */
  #room = 0
  /** Whether the present segment must not be gone on with. */
  #spoiled = false

  /** Goes on behind whatever the last segment in the directory holds, if it was closed. */
  constructor(dir: string, disk: Disk, limit: number) {
    this.#dir = dir
    this.#disk = disk
    this.#limit = limit
    this.#segment = segmentsIn(dir).at(-1) ?? 0
  }

  /** The segment that is added to, or the last one before the next is begun. */
  get segment(): number {
    return this.#segment
  }

  /** Up to where what a segment holds is never written over. */
  stable(segment: number): number {
    return this.#file && segment === this.#segment ? this.#end : Infinity
  }

  /** Says where the next octet goes, after moving on to a new segment when `full` says so of the present one. */
  async place(full: (end: number) => boolean): Promise<{ segment: number; end: number }> {
    if (!this.#file && this.#segment > 0 && !this.#spoiled) await this.#reopen()
    if (!this.#file || this.#spoiled || full(this.#end)) await this.#next()
    return { segment: this.#segment, end: this.#end }
  }

  /** Resolves when the bytes are durable. After a failure they are not, and what comes next may take their place. */
  async add(buffers: readonly Uint8Array[]): Promise<void> {
    const file = this.#file
    if (!file) throw new Error('No segment is open')
    const end = await writeAll(this.#disk, file.fd, buffers, this.#end)
    if (end > this.#room) this.#room = await this.#layOut(file, end)
    try {
      await this.#disk.sync(file.fd)
    } catch (error) {
      // Whether they are on the disk is not known, and asking again proves nothing: this file is left alone.
      this.#spoiled = true
      await this.close()
      throw error
    }
    this.#end = end
  }

  /**
   * Gives back what was added last: from `offset` on, up to the end. `cutOff` is told before anything else can be added.
   * False when it cannot be given back.
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
      // What comes next is written over it.
    }
    return true
  }

  /** Where the next octet goes in the segment that is open. */
  get end(): number {
    return this.#end
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    if (!this.#spoiled) await file?.truncate(this.#end)
    await file?.close()
  }

  /** Returns where the file ends now. */
  async #layOut(file: FileHandle, end: number): Promise<number> {
    const octets = Math.min(AHEAD, this.#limit - end)
    if (octets <= 0) return end
    try {
      return await writeAll(this.#disk, file.fd, [zeros.subarray(0, octets)], end)
    } catch {
      // Where there is no room for zeros there may be some for what matters.
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
    // It was not closed: where it ends is not known, and what lies there is left alone.
    this.#spoiled = size > 0 && buffer[0] === 0
  }

  get #path(): string {
    return segmentPath(this.#dir, this.#segment)
  }
}
