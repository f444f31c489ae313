import { existsSync, readdirSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { copyDurably, isCopied } from '../files/copy.ts'
import { makeDirectory, syncDirectory, syncFile } from '../files/disk.ts'
import { segmentPath, segmentsIn } from '../files/tail.ts'
import { isOutOfRoom } from '../room.ts'
import {
  DATABASE,
  isPassing,
  mayHoldBackup,
  noteBegun,
  noteBroken,
  noteReady,
  noteWhole,
  SEGMENTS,
} from './backup-note.ts'
import { holdDirectory } from './hold.ts'

export interface Copying {
  readonly from: string
  readonly to: string
  readonly world: World
}

export interface Copied {
  readonly files: number
  /** Octets of the files that were copied; those that were there already are not among them. */
  readonly octets: number
}

/**
 * Copies a data directory, whether or not a server has it open: what the server had acknowledged before the call is
 * in the copy. A copy that is there is brought up to date; until that is done it remains what it was. Refuses
 * `no-such-thing`, `already-exists` for a directory that is no backup, `no-room`, `not-allowed`, `busy`.
 */
export async function backUp({ from, to, world }: Copying): Promise<Copied> {
  const [source, target] = [resolve(from), resolve(to)]
  if (!existsSync(join(source, DATABASE))) refuse('no-such-thing', `There is no data directory ${source}.`)
  if (`${target}${sep}`.startsWith(`${source}${sep}`)) {
    refuse('not-allowed', 'A backup cannot be put into the directory that it is of.')
  }
  if (!mayHoldBackup(target)) refuse('already-exists', `${target} is neither empty nor a backup.`)
  const hold = await holdDirectory(target)
  try {
    await noteBegun(target)
    await makeDirectory(join(target, SEGMENTS))
    const run = new Run(source, target)
    await run.all(world)
    return run.done
  } catch (error) {
    if (isOutOfRoom(error)) refuse('no-room', `There is no room in ${target} for the backup.`)
    throw error
  } finally {
    await hold.release()
  }
}

class Run {
  readonly #source: string
  readonly #target: string
  #files = 0
  #octets = 0

  constructor(source: string, target: string) {
    this.#source = source
    this.#target = target
  }

  get done(): Copied {
    return { files: this.#files, octets: this.#octets }
  }

  /**
   * The order is what makes it whole. A segment that was copied before the database has at least what rows name of it,
   * for what nobody names never comes back; what is appended later is in segments that are copied after it, and which
   * are too young to be compacted. Those of the last backup are replaced when its database has been.
   */
  async all(world: World): Promise<void> {
    const sealed = segmentsIn(join(this.#source, SEGMENTS))
    const tail = sealed.at(-1) ?? 0
    const replacing: number[] = []
    for (const segment of sealed) {
      if (segment === tail || (await this.#has(segment))) continue
      const isNew = !existsSync(segmentPath(join(this.#target, SEGMENTS), segment))
      if (!isNew) replacing.push(segment)
      await this.#copy(this.#from(segment), isNew ? this.#to(segment) : `${this.#to(segment)}.new`)
    }
    await this.#database()
    for (const segment of segmentsIn(join(this.#source, SEGMENTS))) {
      if (segment >= tail && !(await this.#has(segment))) await this.#copy(this.#from(segment), this.#to(segment), true)
    }
    await this.#others()
    const isGone = (segment: number) => segment < tail && !sealed.includes(segment)
    await noteReady(this.#target, { at: world.now(), ...(await this.#sizes(replacing, isGone)) })
    await this.#exchange(replacing, isGone)
    await noteWhole(this.#target)
  }

  /** As it is at one moment. */
  async #database(): Promise<void> {
    const part = join(this.#target, `${DATABASE}.part`)
    await rm(part, { force: true })
    const database = new DatabaseSync(join(this.#source, DATABASE), { readOnly: true, timeout: 30_000 })
    try {
      // In one go: a copy in steps would begin again with each write of the server's.
      await copyDatabase(database, part, { rate: 2 ** 31 - 1 })
    } catch (error) {
      await rm(part, { force: true })
      throw error
    } finally {
      database.close()
    }
    await syncFile(part)
    this.#count((await stat(part)).size)
  }

  /** Certificates, the administrator's credentials, settings. */
  async #others(): Promise<void> {
    for (const entry of readdirSync(this.#source, { recursive: true, withFileTypes: true })) {
      const path = relative(this.#source, join(entry.parentPath, entry.name))
      if (!entry.isFile() || isPassing(path) || path.startsWith(`${SEGMENTS}${sep}`)) continue
      const to = join(this.#target, path)
      if (await isCopied(join(this.#source, path), to)) continue
      await makeDirectory(dirname(to))
      await this.#copy(join(this.#source, path), to)
    }
  }

  /** Octets of what it will be made of. */
  async #sizes(replacing: readonly number[], isGone: (segment: number) => boolean) {
    const { size: database } = await stat(join(this.#target, `${DATABASE}.part`))
    const segments: Record<string, number> = {}
    for (const segment of segmentsIn(join(this.#target, SEGMENTS))) {
      if (isGone(segment)) continue
      const path = replacing.includes(segment) ? `${this.#to(segment)}.new` : this.#to(segment)
      segments[segment] = (await stat(path)).size
    }
    return { database, segments }
  }

  /** From here on it is the new backup. */
  async #exchange(replacing: readonly number[], isGone: (segment: number) => boolean): Promise<void> {
    await noteBroken(this.#target)
    for (const end of ['-wal', '-shm']) await rm(join(this.#target, DATABASE + end), { force: true })
    await rename(join(this.#target, `${DATABASE}.part`), join(this.#target, DATABASE))
    for (const segment of replacing) await rename(`${this.#to(segment)}.new`, this.#to(segment))
    for (const segment of segmentsIn(join(this.#target, SEGMENTS))) {
      if (isGone(segment)) await rm(this.#to(segment))
    }
    await syncDirectory(join(this.#target, SEGMENTS))
    await syncDirectory(this.#target)
  }

  async #copy(from: string, to: string, isWritten = false): Promise<void> {
    await copyDurably(from, to, isWritten)
    this.#count((await stat(to)).size)
  }

  #count(octets: number): void {
    this.#files++
    this.#octets += octets
  }

  #has(segment: number): Promise<boolean> {
    return isCopied(this.#from(segment), this.#to(segment))
  }

  #from(segment: number): string {
    return segmentPath(join(this.#source, SEGMENTS), segment)
  }

  #to(segment: number): string {
    return segmentPath(join(this.#target, SEGMENTS), segment)
  }
}
