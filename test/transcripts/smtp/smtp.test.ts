import { createTransport } from '../../../src/domain/transport/transport.ts'
import { createSmtp } from '../../../src/protocols/smtp/server.ts'
import { smtpSettings } from '../../../src/protocols/smtp/settings.ts'
import { transcripts } from '../runner.ts'
import { noTraces } from '../../support/transport.ts'

transcripts(new URL('./', import.meta.url), {
  settings: smtpSettings,
  make: (deps) => createSmtp({ ...deps, transport: createTransport({ ...deps, traces: noTraces }) }),
})
