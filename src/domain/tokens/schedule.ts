import { DAY, HOUR, SECOND } from '../../core/duration.ts'
import { LONGEST_LIFETIME } from './types.ts'

/** What is known of a key's life, in milliseconds since the epoch. */
export interface Life {
  /** From here on it signs, until another one does. */
  readonly signsFrom: number
  /** From here on it is neither published nor believed. */
  readonly ends: number
  /** The end of its certificate. */
  readonly expires: number
}

/** How keys take turns. */
export interface Schedule {
  readonly rotation_days: number
  readonly publish_ahead_hours: number
}

/** A key is believed for so long after it signed for the last time: then everything that it signed is over. */
const LINGER = LONGEST_LIFETIME * SECOND + HOUR

/** The key that signs: of those whose time has come, the one whose time came last and that outlives what it signs. */
export function signerAt<Key extends Life>(keys: readonly Key[], now: number): Key | undefined {
  const mature = keys.filter((key) => key.signsFrom <= now && now + LONGEST_LIFETIME * SECOND < key.ends)
  return mature.reduce<Key | undefined>(
    (last, key) => (last && last.signsFrom >= key.signsFrom ? last : key),
    undefined,
  )
}

/** Whether it is time to make and publish the next one. */
export function isNextDue(keys: readonly Life[], now: number, schedule: Schedule): boolean {
  const last = Math.max(...keys.map(({ signsFrom }) => signsFrom))
  return now >= last + schedule.rotation_days * DAY - aheadOf(schedule)
}

export const aheadOf = ({ publish_ahead_hours: hours }: Schedule): number => hours * HOUR

/** When a key ends: some time after the next one begins to sign, and with its certificate at the latest. */
export function endOf(key: Life, all: readonly Life[]): number {
  const next = Math.min(...all.map(({ signsFrom }) => signsFrom).filter((from) => from > key.signsFrom))
  return Math.min(key.expires, next + LINGER)
}
