import { ImapClient } from '../clients/imap.ts'
import { type Target, userName } from '../targets/target.ts'

/** Signs in as programs do that keep their token: the one for all mailboxes where there is such a thing. */
export const signIn = (target: Target, user: number, { secure = false } = {}): Promise<ImapClient> =>
  ImapClient.signIn(target.places[secure ? 'imaps' : 'imap'], userName(user), target.token(user))

/** Opens a folder and refuses to go on when it does not hold what it has to. */
export async function open(
  client: ImapClient,
  verb: 'SELECT' | 'EXAMINE',
  folder: string,
  messages: number,
): Promise<void> {
  const { lines } = await client.ask(`${verb} ${folder}`)
  expectCount(`${verb} ${folder}`, Number(/^\* (\d+) EXISTS/m.exec(lines.join('\n'))?.[1]), messages)
}

/** A short answer is an error, and so is a long one. */
export function expectCount(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`${what}: ${got} where ${wanted} are due`)
}

/** 10000 as people write it. */
export const many = (count: number): string => count.toLocaleString('en')
