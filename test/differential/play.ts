import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Target, userName } from '../../bench/targets/target.ts'
import { writtenMailArb } from '../corpus/mime/written-mail.ts'
import { ImapClient } from '../support/imap-client.ts'
import { unescape } from '../transcripts/script.ts'
import { Names, normal } from './normal.ts'
import type { Step } from './script.ts'

const root = path.resolve(import.meta.dirname, '../..')
const shelves: Readonly<Record<string, string>> = {
  samples: path.join(root, 'samples'),
  corpus: path.join(root, 'test/corpus/mime'),
}

/** Plays the steps and returns the normalised answer to each. */
export async function play(target: Target, user: number, steps: readonly Step[]): Promise<string[]> {
  const clients = new Map<number, ImapClient>()
  const names = new Names()
  const answers: string[] = []
  try {
    for (const { connection, text } of steps) {
      const client =
        clients.get(connection) ?? (await ImapClient.signIn(target.places.imap, userName(user), target.token(user)))
      clients.set(connection, client)
      const lines: string[] = []
      for (const command of commands(text)) {
        const filled = command.replaceAll('$modseq', names.modseq).replaceAll('$uidvalidity', names.uidValidity)
        const answer = await client.run(filled).catch(ended)
        if (answer === undefined) clients.delete(connection)
        const said = answer === undefined ? ['the connection ended'] : normal(answer, names)
        lines.push(...(leavesChildrenOpen(filled) ? said.map(withoutChildren) : said))
      }
      answers.push(lines.join('\n'))
    }
  } catch (thrown) {
    const { line, text } = steps[answers.length]!
    throw new Error(`${target.name}, line ${line}, ${text}: ${(thrown as Error).message}`, { cause: thrown })
  } finally {
    for (const client of clients.values()) client.drop()
  }
  return answers
}

/** RFC 5258 §4: whether children are told of unasked is left to the server where a LIST is an extended one. */
const leavesChildrenOpen = (command: string): boolean =>
  /^LIST (?:\(|\S+ \(|.* RETURN )/i.test(command) && !/CHILDREN/i.test(command)

const withoutChildren = (line: string): string =>
  line.replace(/^(\* LIST \()([^)]*)/, (_, start: string, flags: string) => {
    const others = flags.split(' ').filter((flag) => !/^\\has(?:no)?children$/.test(flag))
    return start + others.join(' ')
  })

/** That a server hangs up is an answer too. */
function ended(thrown: unknown): undefined {
  if (!(thrown instanceof Error) || thrown.message !== 'The connection ended') throw thrown
}

function commands(text: string): string[] {
  const found = /^append (\S+)((?: \([^)]*\))?(?: "[ \d]\d-\w{3}-\d{4} [^"]*")?) (.+)$/.exec(text)
  if (!found) return [unescape(text)]
  const [, folder, marks, what] = found
  return lettersOf(what!).map(
    (letter) => `APPEND ${folder}${marks} {${letter.length}+}\r\n${letter.toString('latin1')}`,
  )
}

function lettersOf(what: string): Buffer[] {
  if (what.startsWith('"')) return [Buffer.from(unescape(what.slice(1, -1)), 'latin1')]
  const [shelf, pattern] = what.split('/') as [string, string]
  if (shelf === 'generated') return generated(Number(pattern))
  const folder = shelves[shelf] ?? path.join(root, shelf)
  const files = readdirSync(folder).filter((it) => (pattern === '*' ? it.endsWith('.eml') : it === pattern))
  if (files.length === 0) throw new Error(`There is no ${what}`)
  return files.sort().map((file) => readFileSync(path.join(folder, file)))
}

/** As many mails as that, the same ones each time. */
function generated(count: number): Buffer[] {
  return fc.sample(writtenMailArb, { seed: 9051, numRuns: count }).map(({ bytes }) => bytes)
}
