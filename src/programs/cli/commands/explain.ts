import { wrongUsage } from '../failure.ts'
import { explanation, type Explained } from '../output/explanation.ts'
import type { CliCommand, Invocation } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { jsonOf, refused } from '../reply.ts'
import { withSession } from '../connection/session.ts'
import { jsonText } from '../output/table.ts'
import { styleFor, widthOf } from '../output/terminal.ts'
import { runnableHere } from '../program-name.ts'

export const explain: CliCommand = {
  name: 'explain',
  usage: [
    '[SIGN-IN-ID] [--json]',
    '--mailbox M --app A --protocol P [--user U | --permission X] [--from ADDRESS] [--json]',
    '--mailbox M --password --protocol P [--user U] [--json]',
  ],
  synopsis:
    'shows why a sign-in was refused, or would be, and the commands that fix it; without an argument, the last refused sign-in',
  options: [
    ['SIGN-IN-ID', 'the id of the sign-in, or the correlation id of the answer'],
    ['--mailbox M', 'the address of a mailbox'],
    ['--app A', "the app: its client id, its object id, or its service principal's id"],
    ['--protocol P', 'imap, pop3, smtp or graph'],
    [
      '--password',
      'simulates the correct password in place of an app: whether it opens the mailbox now, and when a retirement plan changes that',
    ],
    [
      '--user U',
      'the user for whom the app signs in; without it the app signs in as itself, and a password is that of the mailbox',
    ],
    ['--permission X', 'over graph: the permission that the app uses (Mail.Read)'],
    ['--from ADDRESS', 'over smtp: also checks whether the app can send from this address, by SendAs or on behalf'],
  ],

  async run(invocation) {
    const path = pathOf(invocation)
    return withSession(invocation, async (session) => {
      const place = `/postern/v1/${encodeURIComponent(session.tenant)}/${path}`
      const reply = await session.ask('exchange', { verb: 'GET', path: place })
      if (reply.status !== 200) return refused(reply)
      const found = jsonOf(reply) as unknown as Explained
      invocation.streams.stdout.write(
        invocation.json ? `${jsonText(found, 2)}\n` : `${explanation(found, terminalOf(invocation))}\n`,
      )
      return 0
    })
  },
}

const terminalOf = (invocation: Invocation) => ({
  style: styleFor(invocation.streams.stdout, invocation.env),
  width: widthOf(invocation),
  runnable: (line: string) => runnableHere(line, invocation),
})

const protocols: ReadonlyMap<string, string> = new Map([
  ['imap', 'imap'],
  ['imap4', 'imap'],
  ['imaps', 'imap'],
  ['pop', 'pop3'],
  ['pop3', 'pop3'],
  ['pop3s', 'pop3'],
  ['smtp', 'smtp'],
  ['graph', 'graph'],
])

/** The path below the tenant for the three forms of the command. */
function pathOf({ words }: Invocation): string {
  const { values, positionals } = readOptions(words, {
    mailbox: { type: 'string' },
    app: { type: 'string' },
    password: { type: 'boolean' },
    protocol: { type: 'string' },
    user: { type: 'string' },
    permission: { type: 'string' },
    from: { type: 'string' },
  })
  const { mailbox, app, password, user, permission, from } = values
  const [id, ...others] = positionals
  if (others.length > 0) wrongUsage('explain needs at most one sign-in id.')
  if ([mailbox, app, password, user, permission, from, values.protocol].every((it) => it === undefined)) {
    return id === undefined ? 'sign-ins/last-refused' : `sign-ins/${encodeURIComponent(id)}`
  }
  if (id !== undefined || !mailbox || !values.protocol || (app === undefined) === (password === undefined)) {
    return wrongUsage('explain needs a sign-in id, or --mailbox, --protocol and either --app or --password.')
  }
  const protocol =
    protocols.get(values.protocol.toLowerCase()) ?? wrongUsage('--protocol must be imap, pop3, smtp or graph.')
  if (permission !== undefined && protocol !== 'graph') wrongUsage('--permission goes with --protocol graph.')
  if (user !== undefined && protocol === 'graph') wrongUsage('--user does not go with --protocol graph.')
  if (from !== undefined && (password || protocol !== 'smtp')) wrongUsage('--from goes with --app and --protocol smtp.')
  if (password && protocol === 'graph') wrongUsage('--password does not go with --protocol graph.')
  const by = app === undefined ? { authentication: 'password' } : { app }
  const further = {
    ...by,
    ...(user !== undefined && { user }),
    ...(permission !== undefined && { permission }),
    ...(from !== undefined && { from }),
  }
  return `simulate?${new URLSearchParams({ mailbox, protocol, ...further }).toString()}`
}
