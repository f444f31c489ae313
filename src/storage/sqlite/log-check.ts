import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/**
 * Octets of the headers of the log, of a frame and of the index
 * (https://sqlite.org/fileformat2.html#the_write_ahead_log).
 */
const LOG_HEADER = 32
const FRAME_HEADER = 24
const INDEX_HEADER = 48
/** The end of two copies of the header and of the state of checkpoints. */
const INDEX_END = 136
const MAGIC = 0x377f0682

/** The state of a write-ahead log. */
export interface LogState {
  /**
   * `shortened`: the frames before the damage are used. `superseded`: a checkpoint has copied more into the database
   * than the log still has, so only the database without the log is consistent. `unusable`: a checkpoint may have
   * copied a part of the lost frames, so log and database do not match.
   */
  readonly is: 'intact' | 'shortened' | 'superseded' | 'unusable'
  /** Frames up to the last commit before the first damaged frame. SQLite recovers these. */
  readonly recovered: number
  /** Committed frames that are damaged or follow a damaged one, and are not in the database. */
  readonly lost: number
}

/**
 * Checks the write-ahead log of a database that no process has open. SQLite recovers the frames before the first wrong
 * checksum, and ignores later ones silently.
 */
export function checkLog(database: string): LogState {
  const index = indexOf(`${database}-shm`)
  const { recovered, lost, isOfThisIndex } = framesIn(`${database}-wal`, index)
  if (lost === 0) return { is: 'intact', recovered, lost }
  if (!index || !isOfThisIndex) return { is: 'unusable', recovered, lost }
  const { copied, copying } = index
  if (copying > Math.max(copied, recovered)) return { is: 'unusable', recovered, lost }
  if (copied > recovered) return { is: 'superseded', recovered, lost: index.committed - copied }
  return { is: 'shortened', recovered, lost }
}

interface Frames {
  readonly recovered: number
  /** A lower bound. */
  readonly lost: number
  /** True if the index belongs to this log. */
  readonly isOfThisIndex: boolean
}

function framesIn(path: string, index: LogIndex | undefined): Frames {
  if (!existsSync(path)) return { recovered: 0, lost: index?.committed ?? 0, isOfThisIndex: true }
  const file = openSync(path, 'r')
  try {
    return framesOf(file, fstatSync(file).size, index)
  } finally {
    closeSync(file)
  }
}

/** One sentence about a damaged log. */
export function damageText(database: string, { is, lost }: LogState): string {
  if (is === 'unusable') return `The write-ahead log of ${database} is damaged; restore the database from a backup.`
  const what = `The write-ahead log of ${database} is damaged`
  return lost === 0
    ? `${what}; the database has all that was in it.`
    : `${what}: ${lost} committed frames are lost, and what was acknowledged with them.`
}

function framesOf(file: number, size: number, index: LogIndex | undefined): Frames {
  const header = Buffer.alloc(LOG_HEADER)
  readSync(file, header, 0, LOG_HEADER, 0)
  // The log was emptied, or never written.
  if (size < LOG_HEADER) return { recovered: 0, lost: index?.committed ?? 0, isOfThisIndex: true }
  const sums = new Sums(header.readUInt32BE(0) === MAGIC)
  sums.add(header.subarray(0, 24))
  const page = header.readUInt32BE(8)
  if ((header.readUInt32BE(0) & ~1) >>> 0 !== MAGIC || !sums.are(header, 24) || !isPageSize(page)) {
    const frames = Math.floor((size - LOG_HEADER) / (FRAME_HEADER + 4096))
    return { recovered: 0, lost: index?.committed ?? frames, isOfThisIndex: true }
  }
  const salts = header.subarray(16, 24)
  const walk = { salts, sums, page, size }
  const { intact, recovered, following } = walked(file, walk)
  // The index has the number of committed frames. Without it, a damaged frame that others follow was not the last one
  // written.
  const isOfThisIndex = index?.salts.equals(salts) ?? false
  const behind = following > 0 ? intact - recovered + 1 + following : 0
  return { recovered, lost: isOfThisIndex ? Math.max(0, index!.committed - recovered) : behind, isOfThisIndex }
}

interface Walk {
  readonly salts: Buffer
  readonly sums: Sums
  readonly page: number
  readonly size: number
}

/**
 * The number of frames before the first damaged one, of those up to the last commit, and of frames of the same log
 * after the damage.
 */
function walked(file: number, { salts, sums, page, size }: Walk) {
  const frame = Buffer.alloc(FRAME_HEADER + page)
  let [intact, recovered, following] = [0, 0, 0]
  let isDamaged = false
  for (let at = LOG_HEADER; at + frame.length <= size; at += frame.length) {
    readSync(file, frame, 0, frame.length, at)
    const isOfThisLog = frame.subarray(8, 16).equals(salts)
    if (isDamaged) {
      if (isOfThisLog) following += 1
      continue
    }
    sums.add(frame.subarray(0, 8))
    sums.add(frame.subarray(FRAME_HEADER))
    if (!isOfThisLog || !sums.are(frame, 16)) {
      isDamaged = true
      continue
    }
    intact += 1
    // The size of the database after a commit; 0 in other frames.
    if (frame.readUInt32BE(4) > 0) recovered = intact
  }
  return { intact, recovered, following }
}

/** Running checksums over words of one byte order. */
class Sums {
  readonly #littleEndian: boolean
  #first = 0
  #second = 0

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian
  }

  add(octets: Buffer): void {
    let [first, second] = [this.#first, this.#second]
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
    for (let at = 0; at < octets.length; at += 8) {
      first = (first + view.getUint32(at, this.#littleEndian) + second) >>> 0
      second = (second + view.getUint32(at + 4, this.#littleEndian) + first) >>> 0
    }
    this.#first = first
    this.#second = second
  }

  are(octets: Buffer, at: number): boolean {
    return octets.readUInt32BE(at) === this.#first && octets.readUInt32BE(at + 4) === this.#second
  }
}

/** The index of the log. */
interface LogIndex {
  /** Frames that were committed. */
  readonly committed: number
  readonly salts: Buffer
  /** Frames that checkpoints have copied into the database, and frames that the last checkpoint was to copy. */
  readonly copied: number
  readonly copying: number
}

/** Undefined if it is missing or inconsistent. */
function indexOf(path: string): LogIndex | undefined {
  if (!existsSync(path)) return undefined
  const index = readFileSync(path)
  const [one, other] = [index.subarray(0, INDEX_HEADER), index.subarray(INDEX_HEADER, 2 * INDEX_HEADER)]
  if (index.length < INDEX_END || !one.equals(other) || one[12] !== 1) return undefined
  // In the byte order of the machine that wrote it. The salts are as in the log.
  const [copied, copying] = [index.readUInt32LE(2 * INDEX_HEADER), index.readUInt32LE(2 * INDEX_HEADER + 32)]
  return { committed: one.readUInt32LE(16), salts: Buffer.from(one.subarray(32, 40)), copied, copying }
}

const isPageSize = (octets: number): boolean => octets >= 512 && octets <= 65_536 && (octets & (octets - 1)) === 0
