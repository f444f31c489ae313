import type { GiveBack } from '../octet-budget.ts'
import { SPILL_UNIT, type SpillFile } from './spill.ts'

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

  /** `charge` takes one unit of the disk budget, or resolves with undefined when it gets none in time. */
  constructor(file: SpillFile, place: GiveBack, charge: () => Promise<GiveBack | undefined>) {
    this.#file = file
    this.#charge = charge
    this.#giveBacks = [place]
  }

  get octets(): number {
    return this.#octets
  }

  /** False when the disk budget has no room. Throws what the file system says. */
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

  /** Removes the file and gives its share of the disk back, once nobody writes or reads any more. */
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
    // The disk has the room only when the descriptor is closed; a close that fails has released it all the same.
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
