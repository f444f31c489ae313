import { type FileHandle, readdir, unlink } from 'node:fs/promises'
import path from 'node:path'
import { type GiveBack, OctetBudget } from '../octet-budget.ts'
import { createPrivateFile, makePrivateDirectory, takeDirectory } from '../private-files.ts'
import type { World } from '../world.ts'
import type { UploadSettings } from './settings.ts'

/** A temporary file that one upload writes from its start to its end, and then reads once. */
export interface SpillFile {
  write(octets: Uint8Array): Promise<void>
  /** Reads the file from its start into `into`. Throws if the file is shorter. */
  read(into: Buffer): Promise<void>
  close(): Promise<void>
}

/** Disk space for uploads that do not fit in memory. All protocols share it. */
export interface Spill {
  /** Shares are taken in units of {@link SPILL_UNIT}. */
  readonly octets: OctetBudget
  /** The limit on files: one octet of this budget is one file. */
  readonly files: OctetBudget
  create(): Promise<SpillFile>
}

/** Octets that an upload takes from the disk budget at a time. */
export const SPILL_UNIT = 256 * 1024

const NAME = /^upload-[0-9a-f-]{36}$/

export interface SpillOptions {
  readonly world: World
  readonly settings: Pick<UploadSettings, 'spill_octets' | 'spill_files'>
  /** The largest upload of any protocol. One of this size fits, even if it is more than a quarter of the budget. */
  readonly largest: number
}

/** Opens the directory for temporary files (0700) and removes files of an earlier run. */
export async function openSpill(directory: string, { world, settings, largest }: SpillOptions): Promise<Spill> {
  await makePrivateDirectory(path.dirname(directory))
  await takeDirectory(directory)
  for (const name of await readdir(directory)) if (NAME.test(name)) await unlink(path.join(directory, name))
  return {
    octets: new OctetBudget(settings.spill_octets, {
      perCaller: Math.max(settings.spill_octets / 4, largest + SPILL_UNIT),
    }),
    files: new OctetBudget(settings.spill_files),
    async create() {
      const name = path.join(directory, `upload-${world.guid()}`)
      const file = await createPrivateFile(name)
      try {
        // Without a name the file disappears with its descriptor, even if the server is killed.
        await unlink(name)
      } catch (thrown) {
        await file.close()
        throw thrown
      }
      return spillFile(file)
    },
  }
}

function spillFile(file: FileHandle): SpillFile {
  let end = 0
  return {
    async write(octets) {
      for (let at = 0; at < octets.length;) {
        const { bytesWritten } = await file.write(octets, at, octets.length - at, end)
        at += bytesWritten
        end += bytesWritten
      }
    },
    async read(into) {
      for (let at = 0; at < into.length;) {
        const { bytesRead } = await file.read(into, at, into.length - at, at)
        if (bytesRead === 0) throw new Error('A temporary file is shorter than what was written to it')
        at += bytesRead
      }
    },
    close: () => file.close(),
  }
}

/** Small pieces are gathered up to this many octets before they are written. */
const BLOCK = 16 * 1024

/** Octets of one upload in a temporary file. The disk budget is charged before they are written. */
export class SpilledOctets {
  readonly #file: SpillFile
  readonly #charge: () => Promise<GiveBack | undefined>
  readonly #giveBacks: GiveBack[]
  readonly #block = Buffer.allocUnsafeSlow(BLOCK)
  #filled = 0
  #charged = 0
  #octets = 0
  #users = 0
  #closing = false

  /** `charge` takes one unit of the disk budget; undefined if it gets none in time. */
  constructor(file: SpillFile, place: GiveBack, charge: () => Promise<GiveBack | undefined>) {
    this.#file = file
    this.#charge = charge
    this.#giveBacks = [place]
  }

  get octets(): number {
    return this.#octets
  }

  /** Returns false if the disk budget has no room. Throws the errors of the file system. */
  async write(piece: Buffer): Promise<boolean> {
    return this.#use(async () => {
      while (this.#charged < this.#octets + piece.length && !this.#closing) {
        const giveBack = await this.#charge()
        if (!giveBack) return false
        this.#giveBacks.push(giveBack)
        this.#charged += SPILL_UNIT
      }
      if (this.#filled + piece.length > BLOCK) await this.#flush()
      if (piece.length > BLOCK) await this.#file.write(piece)
      else this.#filled += piece.copy(this.#block, this.#filled)
      this.#octets += piece.length
      return true
    })
  }

  async read(): Promise<Buffer> {
    return this.#use(async () => {
      await this.#flush()
      const whole = Buffer.allocUnsafeSlow(this.#octets)
      await this.#file.read(whole)
      return whole
    })
  }

  /** Removes the file and releases its share, once no read or write is pending. */
  close(): void {
    this.#closing = true
    if (this.#users === 0) void this.#close()
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    this.#users++
    try {
      return await work()
    } finally {
      this.#users--
      if (this.#closing && this.#users === 0) void this.#close()
    }
  }

  async #close(): Promise<void> {
    // The space is free only when the descriptor is closed. A close that fails has closed it all the same.
    await this.#file.close().catch(() => {})
    for (const giveBack of this.#giveBacks.splice(0)) giveBack()
  }

  async #flush(): Promise<void> {
    if (this.#filled === 0 || this.#closing) return
    const filled = this.#filled
    this.#filled = 0
    await this.#file.write(this.#block.subarray(0, filled))
  }
}
