import { expect, onTestFinished, test } from 'vitest'
import { ImapClient } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { openNodes } from '../support/three-nodes.ts'

/** Milliseconds within which a removed permission ends connections at every node. */
const PROMISED = 1000
/** Measurements: another program may keep the machine busy during one of them. */
const TRIES = 3

type Context = Awaited<ReturnType<typeof openNodes>>

const at = (port: number) => ({ host: '127.0.0.1', port })

const openPop3 = ({ nodes: [, node], address, token }: Context) => LineClient.pop3(at(node!.ports.pop3), address, token)

/** Sessions of each protocol at a node, as the end of each. */
async function openSessions(context: Context): Promise<readonly Promise<unknown>[]> {
  const { nodes, address, token } = context
  const [, node] = nodes
  const imap = await ImapClient.signIn(at(node!.ports.imap), address, token)
  const pop3 = await openPop3(context)
  const smtp = await LineClient.smtp(at(node!.ports.smtp), address, token)
  onTestFinished(() => {
    for (const client of [imap, pop3, smtp]) client.drop()
  })
  await imap.run('SELECT INBOX')
  await imap.idle()
  return [imap.ended, ended(pop3), ended(smtp)]
}

/** Resolves when the server has ended the connection, perhaps after a farewell. */
async function ended(client: LineClient): Promise<void> {
  try {
    for (;;) await client.line()
  } catch (error) {
    expect((error as Error).message).toBe('The connection ended')
  }
}

test.each([true, false])(
  'a permission removed at one node ends connections at another in 1 s (notices: %s)',
  async (notices) => {
    const context = await openNodes(2, { notices })
    const { nodes, reader } = context
    const grant = { Identity: 'ada', User: reader, AccessRights: ['FullAccess'] }
    let took = Infinity
    for (let tries = 0; took > PROMISED && tries < TRIES; tries++) {
      if (tries > 0) expect((await nodes[1]!.cmdlet('Add-MailboxPermission', grant)).status).toBe(200)
      const sessions = await openSessions(context)
      const start = performance.now()
      const { status, body } = await nodes[0]!.cmdlet('Remove-MailboxPermission', grant)
      expect(status, JSON.stringify(body)).toBe(200)
      await Promise.all(sessions)
      took = performance.now() - start
      await expect(openPop3(context)).rejects.toThrow('The mailbox cannot be opened')
    }
    expect(took).toBeLessThan(PROMISED)
  },
)
