import { integer, octets, secondsOf, settings, type SettingsOf } from '../settings.ts'

/** Limits on incoming messages and request bodies of all protocols. */
export const uploadSettings = settings({
  spill_octets: octets(
    'Disk space for incoming messages that do not fit in the memory budget; 0 refuses them instead',
  ).or(2_147_483_648),
  spill_files: integer('Maximum number of incoming messages on disk', 1, 100_000).or(512),
  octets_per_second: octets(
    'Minimum speed of an upload that keeps its memory while others wait; a slower one moves to disk, or fails as busy',
  ).or(16_384),
  wait_seconds: secondsOf('How long an upload waits for memory or disk space before it fails as busy').or(30),
})

export type UploadSettings = SettingsOf<typeof uploadSettings>
