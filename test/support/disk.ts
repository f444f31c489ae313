import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { DiskSpace } from '../../src/storage/disk-full.ts'
import type { Engine } from '../../src/storage/engine.ts'
import { type Disk, realDisk } from '../../src/storage/files/disk.ts'
import { withWrite } from './holds.ts'
import type { AtEnd } from './lifecycle.ts'

/** A disk that counts its syncs and can be told to take its time, to fail, or to be full. */
export class TestDisk implements Disk {
  syncs = 0
  #gate = Promise.resolve()
  #failure: Error | undefined
  #room = Infinity
  #writes = Infinity

  async write(descriptor: number, buffers: readonly Uint8Array[], position: number): Promise<number> {
    const [first] = buffers
    if (this.isFull || !this.countWrite()) throw noSpace()
    const taken = this.#room === Infinity ? buffers : [first!.subarray(0, this.#room)]
    const written = await realDisk.write(descriptor, taken, position)
    this.#room -= written
    return written
  }

  async sync(descriptor: number): Promise<void> {
    this.syncs++
    await this.#gate
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure
    await realDisk.sync(descriptor)
  }

  get isFull(): boolean {
    return this.#room === 0
  }

  /** Takes so many more octets, and then no more. */
  leave(room: number): void {
    this.#room = room
  }

  /** Takes so many more writes, of files and of rows, and then none. */
  leaveWrites(count: number): void {
    this.#writes = count
  }

  /** Counts a write. Returns whether the disk takes it. */
  countWrite(): boolean {
    if (this.#writes === 0) return false
    this.#writes -= 1
    return true
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

const noSpace = (): Error => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

/** An engine whose rows too are on the disk that may be full. */
export function onDisk(engine: Engine, disk: TestDisk): Engine {
  const room = new DiskSpace(realWorld, silentLog)
  return withWrite(engine, (work, holds) =>
    disk.isFull || !disk.countWrite() ? Promise.reject(room.refusal(noSpace())) : engine.sql.write(work, holds),
  )
}

/** A new directory that goes away when the test is over, unless said otherwise. */
export function temporaryDirectory(atEnd: AtEnd = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'postern-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}
