import { integer, type Setting, settings } from '../core/settings.ts'

const number = (meaning: string, low: number): Setting<number | 'auto'> => ({
  meaning,
  expected: `a whole number from ${low} to 1000000, or auto`,
  fallback: 'auto',
  read(raw) {
    if (raw === 'auto') return raw
    const value = /^\d{1,7}$/.test(String(raw)) ? Number(raw) : 0
    return value >= low && value <= 1_000_000 ? value : undefined
  },
})

/** The connections of all listeners together. */
export const connectionSettings = settings({
  max: number(
    'Maximum number of connections over all listeners; auto is the limit of open files of the process minus connections.reserved_files',
    64,
  ),
  max_per_address: number(
    'Maximum number of connections from one address, or from one IPv6 network (/64); auto is three quarters of connections.max',
    1,
  ),
  max_per_caller: number(
    'Maximum number of connections on which one app or user has signed in; auto is three quarters of connections.max',
    1,
  ),
  max_unauthenticated_per_address: integer(
    'Maximum number of connections from one address without a sign-in; a further one ends the oldest of them',
    1,
    1_000_000,
  ).or(2000),
  reserved_files: integer('Open files that are reserved for the store and other uses', 128, 100_000).or(512),
})
