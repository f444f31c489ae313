import type { Ask } from '../leaves.ts'

/** Octets of many messages, one behind the other, and where each ends. */
export interface Stacked {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: readonly number[]
}

/** What a thread of texts is asked to do. */
export type TextJob =
  | { readonly do: 'packHeaders'; readonly headers: Stacked }
  | { readonly do: 'packBodies'; readonly messages: Stacked; readonly structures: readonly string[] }
  | ScanJob

/** The thread keeps columns by their keys: some are new, and some are not needed any more afterwards. */
export interface ScanJob {
  readonly do: 'scan'
  readonly put: readonly (readonly [key: string, bytes: Uint8Array<ArrayBuffer>])[]
  readonly drop: readonly string[]
  readonly asks: readonly Ask[]
  readonly segments: readonly ScannedSegment[]
}

export interface ScannedSegment {
  readonly segment: number
  /** Its messages. */
  readonly count: number
}

export type PackedColumns = readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>])[]
/** A verdict for each message of each segment, for each ask. */
export type Scanned = Uint8Array<ArrayBuffer>

export const columnKey = (segment: number, column: string): string => `${segment} ${column}`
