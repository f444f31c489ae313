import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { xoauth2 } from '../../bench/clients/imap.ts'
import { run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { SystemServer } from './system-server.ts'

const COUNT = 40
const ids = (...numbers: number[]): string[] => numbers.map((number) => `letter-${number}@example.com`).sort()
const from = (first: number, step: number): number[] =>
  Array.from({ length: Math.ceil((COUNT - first) / step) }, (_, nth) => first + nth * step)

/** Filter rules of a user: search, flag, copy, move, delete, and list the rest. */
const rules = `
reports = account.INBOX:contain_subject('Report')
reports:mark_flagged()
reports:copy_messages(account['reports'])
plain = account.INBOX:contain_field('Subject', 'plain letter') * account.INBOX:is_unseen() * account.INBOX:is_smaller(100000)
plain:move_messages(account['plain/old'])
meeting = account.INBOX:contain_body('no such words anywhere') + account.INBOX:contain_from('dmitri@example.com')
meeting:mark_seen()
for _, message in ipairs(account['reports']:select_all()) do
  box, uid = table.unpack(message)
  print(box[uid]:fetch_field('Message-ID'))
end
account['reports']:contain_to('kim.akers'):delete_messages()
account:rename_mailbox('reports', 'read reports')
account:subscribe_mailbox('read reports')
print(account.INBOX:check_status())
`

describe.runIf(available('imapfilter', 'imapfilter', ['-V'])).each(['exchange-online', 'standards'])(
  'imapfilter’s rules (%s)',
  (profile) => {
    let stage: SystemServer
    beforeAll(async () => (stage = await SystemServer.open(profile, COUNT)))
    afterAll(() => stage.close())

    it('sort a mailbox', async () => {
      const login = xoauth2(stage.app.mailbox, stage.token)
      const account = `server = 'localhost', port = ${stage.imaps}, username = '${stage.app.mailbox}', oauth2 = '${login}'`
      const file = path.join(stage.checkout.folder, 'rules.lua')
      const options = 'options.create = true\noptions.expunge = true\noptions.info = false\n'
      writeFileSync(file, `${options}account = IMAP { ${account}, ssl = 'auto' }\n${rules}`)
      const { code, stdout, stderr } = await run('imapfilter', ['-t', stage.ca, '-c', file])
      expect(code, stderr).toBe(0)

      const reports = from(3, 4)
      const said = stdout.trim().split('\n')
      expect(
        said
          .slice(0, -1)
          .map((line) => /<(.*)>/.exec(line)![1]!)
          .sort(),
      ).toEqual(ids(...reports))
      expect(said.at(-1)).toMatch(/^30\t\d+\t\d+\t41$/)
      const inbox = await stage.holds('INBOX')
      expect([...inbox.keys()].sort()).toEqual(ids(...from(1, 4), ...from(2, 4), ...reports))
      for (const number of from(1, 1)) {
        const held = inbox.get(`letter-${number}@example.com`)
        if (held) {
          const flags = [...(number % 4 === 3 ? ['\\flagged'] : []), ...(number % 5 === 3 ? ['\\seen'] : [])]
          expect(held.flags, `${number}`).toEqual(flags)
        }
      }
      expect([...(await stage.holds('plain/old')).keys()].sort()).toEqual(ids(...from(0, 4)))
      expect((await stage.holds('read reports')).size).toBe(0)
      const [subscribed] = await stage.commands(['LSUB "" "*"'])
      expect(subscribed!.join('\n')).toContain('read reports')
    })
  },
)
