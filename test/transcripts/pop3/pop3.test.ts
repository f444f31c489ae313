import { pop3Settings } from '../../../src/protocols/pop3/settings.ts'
import { createPop3 } from '../../../src/protocols/pop3/server.ts'
import { transcripts } from '../runner.ts'

transcripts(new URL('./', import.meta.url), { settings: pop3Settings, make: createPop3 })
