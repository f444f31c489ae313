import { DAY, HOUR, SECOND } from '../../core/time.ts'
import { LONGEST_LIFETIME } from './types.ts'

/** The times of a key, in milliseconds since the epoch. */
export interface Life {
  /** It signs from this time on, until another key does. */
  readonly signsFrom: number
  /** It is neither published nor accepted from this time on. */
  readonly ends: number
  /** The end of its certificate. */
  readonly expires: number
}

/** The rotation of keys. */
export interface Schedule {
  readonly rotation_days: number
  readonly publish_ahead_hours: number
}

/** A key is accepted for this long after its last signature: then all its tokens have expired. */
const LINGER = LONGEST_LIFETIME * SECOND + HOUR

/** Returns the key that signs: the latest one whose time has come and that outlives the tokens it signs. */
export function signerAt<Key extends Life>(keys: readonly Key[], now: number): Key | undefined {
  const mature = keys.filter((key) => key.signsFrom <= now && now + LONGEST_LIFETIME * SECOND < key.ends)
  return mature.reduce<Key | undefined>(
    (last, key) => (last && last.signsFrom >= key.signsFrom ? last : key),
    undefined,
  )
}

/** Returns true when the next key is due. */
export function isNextDue(keys: readonly Life[], now: number, schedule: Schedule): boolean {
  const last = Math.max(...keys.map(({ signsFrom }) => signsFrom))
  return now >= last + schedule.rotation_days * DAY - aheadOf(schedule)
}

export const aheadOf = ({ publish_ahead_hours: hours }: Schedule): number => hours * HOUR

/** Returns the end of a key: some time after the next one begins to sign, and at most the end of its certificate. */
export function endOf(key: Life, all: readonly Life[]): number {
  const next = Math.min(...all.map(({ signsFrom }) => signsFrom).filter((from) => from > key.signsFrom))
  return Math.min(key.expires, next + LINGER)
}
