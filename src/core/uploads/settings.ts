import { integer, octets, secondsOf, settings, type SettingsOf } from '../settings.ts'

/** Messages and request bodies on their way in, whatever the protocol. */
export const uploadSettings = settings({
  spill_octets: octets(
    'Disk space for messages under way that do not fit in their memory budget; 0 refuses them instead',
  ).or(2_147_483_648),
  spill_files: integer('Most messages under way that are on disk at a time', 1, 100_000).or(512),
  octets_per_second: octets(
    'Slowest upload that keeps its memory while others wait for it; a slower one goes to disk, or ends as busy',
  ).or(16_384),
  wait_seconds: secondsOf('How long an upload waits for memory or disk space before it ends as busy').or(30),
})

export type UploadSettings = SettingsOf<typeof uploadSettings>
