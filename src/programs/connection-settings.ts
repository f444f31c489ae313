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
    'Most connections at a time over all listeners; auto is as many as the process may have files open, without connections.reserved_files',
    64,
  ),
  max_per_address: number(
    'Most of them from one address, or from one IPv6 network (/64); auto is three quarters of all',
    1,
  ),
  max_per_caller: number('Most of them on which one app or person has signed in; auto is three quarters of all', 1),
  max_unauthenticated_per_address: integer(
    'Most of them from one address on which nobody has signed in; for one more the oldest of these is ended',
    1,
    1_000_000,
  ).or(2000),
  reserved_files: integer('Open files that are kept for the store and for everything else', 128, 100_000).or(512),
})
