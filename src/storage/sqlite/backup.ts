import { existsSync } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { copyDurably, isCopied, type Transfer } from '../files/copy.ts'
import { makeDirectory, syncDirectory } from '../files/disk.ts'
import { saltIn, encryptFile, sealedLength } from '../files/sealed.ts'
import { segmentPath, segmentsIn } from '../files/tail.ts'
import { isDiskFull } from '../disk-full.ts'
import { isEncrypted, makeBackupKey, openBackupKey } from './backup-key.ts'
import {
  DATABASE,
  filesIn,
  isBackup,
  mayHoldBackup,
  noteBegun,
  noteBroken,
  noteReady,
  noteWhole,
  removeHalfDone,
  saltsOf,
  SEGMENTS,
} from './backup-note.ts'
import { copyDatabase } from './database-copy.ts'
import { holdDirectory } from './hold.ts'

/** The keys that a backup without keys leaves out. */
export interface ExcludedKeys {
  readonly tables: readonly string[]
  /** True if a file holds a key, by its path in the data directory and its first octets. */
  isKeyFile(path: string, content: Buffer): boolean
}

export interface BackupOptions {
  readonly from: string
  readonly to: string
  readonly world: World
  /** Encrypts the backup. */
  readonly passphrase?: string | undefined
  /** Leaves these keys out. */
  readonly without?: ExcludedKeys | undefined
  /** Called with a message about permissions that were too wide. */
  readonly warn?: ((text: string) => void) | undefined
}

export interface CopyResult {
  readonly files: number
  /** Octets of the files that were copied, without those that were there already. */
  readonly octets: number
}

export interface BackupResult extends CopyResult {
  /** Files that hold keys and were left out. */
  readonly leftOut: readonly string[]
}

/** The octets of a file in which a key is searched: files with keys are short. */
const KEY_FILE_OCTETS = 1024 ** 2

/**
 * Copies a data directory, whether or not a server has it open. The copy has everything that the server acknowledged
 * before the call. Updates an existing backup, which stays as it was until the update is complete. Refuses
 * `no-such-thing`, `already-exists` for a directory that is not a backup or is one of another kind, `no-room`,
 * `not-allowed`, `busy`.
 */
export async function backUp(copying: BackupOptions): Promise<BackupResult> {
  const [source, target] = [resolve(copying.from), resolve(copying.to)]
  if (!existsSync(join(source, DATABASE))) refuse('no-such-thing', `There is no data directory ${source}.`)
  if (`${target}${sep}`.startsWith(`${source}${sep}`)) {
    refuse('not-allowed', 'A backup cannot be put into the directory that it is of.')
  }
  if (!mayHoldBackup(target)) refuse('already-exists', `${target} is neither empty nor a backup.`)
  const hold = await holdDirectory(target, copying.warn)
  try {
    const key = await keyOf(target, copying)
    await noteBegun(target)
    await removeHalfDone(target)
    await makeDirectory(join(target, SEGMENTS))
    const run = new Run(source, target, { key, ...copying })
    await run.all(copying.world)
    return run.done
  } catch (error) {
    if (isDiskFull(error)) refuse('no-room', `There is no room in ${target} for the backup.`)
    throw error
  } finally {
    await hold.release()
  }
}

/** The key that encrypts the backup; undefined for a backup that is not encrypted. */
async function keyOf(target: string, { passphrase, world }: BackupOptions): Promise<Buffer | undefined> {
  const known = isEncrypted(target)
  if (passphrase === undefined) {
    return known ? refuse('already-exists', `${target} is an encrypted backup; its passphrase is needed.`) : undefined
  }
  if (known) return openBackupKey(target, passphrase)
  if (isBackup(target)) {
    refuse('already-exists', `${target} is a backup that is not encrypted; an encrypted one needs another directory.`)
  }
  return makeBackupKey(target, passphrase, world)
}

class Run {
  readonly #source: string
  readonly #target: string
  readonly #key: Buffer | undefined
  readonly #without: ExcludedKeys | undefined
  readonly #transferOf: (name: string) => Transfer | undefined
  readonly #lengthOf: (octets: number) => number
  /** Files of the last backup whose new version lies beside them. */
  readonly #replacing = new Set<string>()
  readonly #leftOut: string[] = []
  /** Files of the backup besides the database and the segments. */
  readonly #others = new Set<string>()
  #files = 0
  #octets = 0

  constructor(source: string, target: string, { key, without, world }: BackupOptions & { key: Buffer | undefined }) {
    this.#source = source
    this.#target = target
    this.#key = key
    this.#without = without
    this.#transferOf = (name) => key && ((from, to) => encryptFile({ key, name, world }, from, to))
    this.#lengthOf = key ? sealedLength : (octets) => octets
  }

  get done(): BackupResult {
    return { files: this.#files, octets: this.#octets, leftOut: this.#leftOut }
  }

  /**
   * The order makes the backup consistent. Segments are copied before the database: a copied segment has at least the
   * records that its rows name, because removed references never return. Later records are in segments that are copied
   * after the database, and are too young to be compacted. Files of the last backup are replaced after its database.
   */
  async all(world: World): Promise<void> {
    const before = segmentsIn(join(this.#source, SEGMENTS))
    const tail = before.at(-1) ?? 0
    for (const segment of before) if (segment !== tail) await this.#copy(nameOf(segment))
    await this.#database()
    for (const segment of segmentsIn(join(this.#source, SEGMENTS))) {
      if (segment >= tail) await this.#copy(nameOf(segment), true)
    }
    for (const name of filesIn(this.#source)) {
      if (name.startsWith(`${SEGMENTS}/`)) continue
      if (await this.#isKey(join(this.#source, name), name)) {
        this.#leftOut.push(name)
        continue
      }
      await this.#copy(name)
      this.#others.add(name)
    }
    const known = new Set(before)
    const isGone = (segment: number) => segment < tail && !known.has(segment)
    await noteReady(this.#target, { at: world.now(), key: this.#key, ...(await this.#made(isGone)) })
    await this.#exchange(isGone)
    await noteWhole(this.#target)
  }

  async #database(): Promise<void> {
    const part = this.#to(`${DATABASE}.part`)
    const without = this.#without?.tables ?? []
    await copyDatabase(join(this.#source, DATABASE), part, { without, transfer: this.#transferOf(DATABASE) })
    this.#count((await stat(part)).size)
  }

  /** Copies files that are missing in the backup. Existing files stay until the exchange. */
  async #copy(name: string, isWritten = false): Promise<void> {
    const [from, to] = [join(this.#source, name), this.#to(name)]
    if (await isCopied(from, to, this.#lengthOf)) return
    const transfer = this.#transferOf(name)
    await makeDirectory(dirname(to))
    if (existsSync(to)) this.#replacing.add(name)
    this.#count(await copyDurably(from, this.#now(name), { isWritten, ...(transfer && { transfer }) }))
  }

  /** Describes the finished backup. */
  async #made(isGone: (segment: number) => boolean) {
    const { size: database } = await stat(this.#to(`${DATABASE}.part`))
    const segments: Record<string, number> = {}
    for (const segment of segmentsIn(this.#to(SEGMENTS))) {
      if (!isGone(segment)) segments[segment] = (await stat(this.#now(nameOf(segment)))).size
    }
    if (!this.#key) return { database, segments }
    const names = [...this.#others, ...Object.keys(segments).map(Number).map(nameOf), DATABASE]
    const salts = await saltsOf(names, (name) => (name === DATABASE ? this.#to(`${DATABASE}.part`) : this.#now(name)))
    return { database, segments, salts }
  }

  /** Replaces the last backup by the new one. */
  async #exchange(isGone: (segment: number) => boolean): Promise<void> {
    await noteBroken(this.#target)
    for (const end of ['-wal', '-shm']) await rm(this.#to(DATABASE + end), { force: true })
    await rename(this.#to(`${DATABASE}.part`), this.#to(DATABASE))
    for (const name of this.#replacing) await rename(this.#now(name), this.#to(name))
    for (const segment of segmentsIn(this.#to(SEGMENTS))) if (isGone(segment)) await rm(this.#to(nameOf(segment)))
    for (const name of filesIn(this.#target)) {
      if (!this.#others.has(name) && (await this.#isObsolete(name))) await rm(this.#to(name))
    }
    const changed = [...this.#replacing].map((name) => dirname(this.#to(name)))
    for (const dir of new Set([...changed, this.#to(SEGMENTS), this.#target])) await syncDirectory(dir)
  }

  /** True if a file of an earlier backup must not, or need not, be in this one. */
  async #isObsolete(name: string): Promise<boolean> {
    if (name.startsWith(`${SEGMENTS}/`)) return false
    if (!this.#key) return this.#isKey(this.#to(name), name)
    await using file = await open(this.#to(name))
    return (await saltIn(file)) !== undefined
  }

  async #isKey(path: string, name: string): Promise<boolean> {
    if (!this.#without) return false
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(KEY_FILE_OCTETS), 0, KEY_FILE_OCTETS, 0)
    return this.#without.isKeyFile(name, buffer.subarray(0, bytesRead))
  }

  #count(octets: number): void {
    this.#files++
    this.#octets += octets
  }

  #to(name: string): string {
    return join(this.#target, name)
  }

  /** The path of a file of the backup before the exchange. */
  #now(name: string): string {
    return this.#replacing.has(name) ? `${this.#to(name)}.new` : this.#to(name)
  }
}

const nameOf = (segment: number): string => segmentPath(SEGMENTS, segment).replaceAll(sep, '/')
