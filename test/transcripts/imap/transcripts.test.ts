import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { transcripts } from '../runner.ts'

transcripts(new URL('./', import.meta.url), {
  settings: imapSettings,
  make: (deps) => createImap({ ...deps, frontEnd: 'classic' }),
})
