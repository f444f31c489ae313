import type { Ask } from '../leaves.ts'
import type { Verdicts } from '../verdicts.ts'

/** Octets of many messages, one behind the other, and where each ends. */
export interface Stacked {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: readonly number[]
}

/** Headers to be packed or, with their structures as they are kept in the rows, whole messages. */
export interface PackJob {
  readonly messages: Stacked
  readonly structures: readonly string[] | undefined
}

/** A column's name or key, and its bytes. */
export type NamedBytes = readonly [name: string, bytes: Uint8Array<ArrayBuffer>]

/** The thread keeps columns by their keys: some are new, and some are not needed any more afterwards. */
export interface ScanJob {
  readonly put: readonly NamedBytes[]
  readonly drop: readonly string[]
  readonly asks: readonly Ask[]
  readonly segments: readonly ScannedSegment[]
}

export interface ScannedSegment {
  readonly segment: number
  /** Its messages. */
  readonly count: number
}

export interface Scanned {
  /** Of each message of each segment, for each ask. */
  readonly verdicts: Verdicts
  /** Segments that are not what they should be. */
  readonly damaged: readonly number[]
}

export const columnKey = (segment: number, column: string): string => `${segment} ${column}`
