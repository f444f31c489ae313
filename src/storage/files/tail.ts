import { readdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Disk, syncDirectory, writeAll } from './disk.ts'

export const segmentPath = (dir: string, segment: number): string =>
  join(dir, `${String(segment).padStart(6, '0')}.seg`)

/** The segments in a directory, ascending. */
export const segmentsIn = (dir: string): readonly number[] =>
  readdirSync(dir)
    .flatMap((name) => /^(\d{6,})\.seg$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)

/** The end of the segment files, where bytes are added. */
export class Tail {
  readonly #dir: string
  readonly #disk: Disk
  #segment: number
  #file: FileHandle | undefined
  #end = 0
  /** Whether the present segment must not be gone on with. */
  #spoiled = false

  /** Goes on behind whatever the last segment in the directory holds. */
  constructor(dir: string, disk: Disk) {
    this.#dir = dir
    this.#disk = disk
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
    if (!this.#file && this.#segment > 0 && !this.#spoiled) await this.#open('r+')
    if (!this.#file || this.#spoiled || full(this.#end)) await this.#next()
    return { segment: this.#segment, end: this.#end }
  }

  /** Resolves when the bytes are durable. After a failure they are not, and what comes next may take their place. */
  async add(buffers: readonly Uint8Array[]): Promise<void> {
    const file = this.#file
    if (!file) throw new Error('No segment is open')
    const end = await writeAll(this.#disk, file.fd, buffers, this.#end)
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

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #next(): Promise<void> {
    await this.close()
    this.#segment++
    this.#spoiled = true
    await this.#open('wx+')
    await syncDirectory(this.#dir)
    this.#spoiled = false
  }

  async #open(flags: 'r+' | 'wx+'): Promise<void> {
    this.#file = await open(segmentPath(this.#dir, this.#segment), flags, 0o600)
    this.#end = (await this.#file.stat()).size
  }
}
