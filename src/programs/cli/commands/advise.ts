import { withSession } from '../connection/session.ts'
import { wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { adviceInWords, type Advised } from '../output/advice.ts'
import { jsonText } from '../output/table.ts'
import { jsonOf, refused } from '../reply.ts'

export const advise: CliCommand = {
  name: 'advise',
  usage: ['--app A [--json]'],
  synopsis:
    'shows how an app can do with Microsoft Graph what it does over IMAP4, POP3 and SMTP: requests, permissions, gaps, and an example',
  options: [['--app A', "the app: its client id, its object id, or its service principal's id"]],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { app: { type: 'string' } })
    const { app } = values
    if (!app || positionals.length > 0) return wrongUsage('advise needs --app, and has no other arguments.')
    return withSession(invocation, async (session) => {
      const path = `/postern/v1/${encodeURIComponent(session.tenant)}/apps/${encodeURIComponent(app)}/advice`
      const reply = await session.ask('exchange', { verb: 'GET', path })
      if (reply.status !== 200) return refused(reply)
      const found = jsonOf(reply) as unknown as Advised
      invocation.streams.stdout.write(invocation.json ? `${jsonText(found, 2)}\n` : `${adviceInWords(found)}\n`)
      return 0
    })
  },
}
