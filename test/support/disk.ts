import { type Disk, realDisk } from '../../src/storage/files/disk.ts'

/** A disk that counts its syncs and can be told to take its time, or to fail. */
export class TestDisk implements Disk {
  syncs = 0
  #gate = Promise.resolve()
  #failure: Error | undefined

  async sync(descriptor: number): Promise<void> {
    this.syncs++
    await this.#gate
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure
    await realDisk.sync(descriptor)
  }

  /** No sync comes to its end until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    return resolve
  }

  /** The next sync to come to its end fails. */
  failOnce(failure: Error): void {
    this.#failure = failure
  }
}
