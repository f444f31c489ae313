import type { ImapClient } from '../clients/imap.ts'
import { BODY_MARK, markedBodies } from '../corpus/corpus.ts'
import { markedSubjects, SUBJECT_MARK } from '../corpus/header.ts'
import { repeated, timed } from '../measure/repeat.ts'
import { READER } from '../population.ts'
import type { Scenario } from './scenario.ts'
import { expectCount, many, open, signIn } from './session.ts'

export interface Question {
  readonly label: string
  readonly command: string
  /** How many message numbers the answer has. */
  readonly hits: number
  readonly needs?: string
  /** Milliseconds that it may take. */
  readonly atMost?: number
}

/** A word in subjects, and a part of one in texts; `hits` for the first messages of a corpus. */
export const searchSubject = (messages: number): Question => ({
  label: 'SEARCH SUBJECT',
  command: `SEARCH SUBJECT "${SUBJECT_MARK}"`,
  hits: markedSubjects(messages),
  atMost: 2,
})
export const searchBody = (messages: number): Question => ({
  label: 'SEARCH BODY',
  command: `SEARCH BODY "${BODY_MARK.slice(2, -2)}"`,
  hits: markedBodies(messages),
  atMost: 30,
})

export const sortSubject = (messages: number): Question => ({
  label: 'SORT SUBJECT',
  command: 'SORT (SUBJECT) UTF-8 ALL',
  hits: messages,
  needs: 'SORT',
  atMost: 5,
})
export const threadReferences = (messages: number): Question => ({
  label: 'THREAD REFERENCES',
  command: 'THREAD REFERENCES UTF-8 ALL',
  hits: messages,
  needs: 'THREAD=REFERENCES',
  atMost: 15,
})

const questions = (messages: number): readonly Question[] => [
  searchSubject(messages),
  searchBody(messages),
  { label: 'SEARCH TEXT', command: `SEARCH TEXT "${BODY_MARK}"`, hits: markedBodies(messages) },
  { label: 'SEARCH SEEN', command: 'SEARCH SEEN', hits: seen(messages) },
  sortSubject(messages),
  threadReferences(messages),
]

/** As the population has it: the first hundred of every five hundred are not seen. */
const seen = (messages: number): number => messages - Math.floor(messages / 500) * 100 - Math.min(100, messages % 500)

const labelled = ({ label }: Question, messages: number): string => `${label} in ${many(messages)}`

/** Substrings, in subjects and in texts of every charset and encoding, and orders of a whole folder. */
export const search: Scenario = {
  name: 'search',
  claims: ({ messages }) =>
    questions(messages).map((it) => ({
      label: labelled(it, messages),
      metric: 'p50',
      ...(it.atMost === undefined ? {} : { atMost: it.atMost }),
    })),
  async run({ target, plan, population, measured, left }) {
    const { messages } = population.contents(READER, 'Mixed')
    const client = await signIn(target, READER)
    const capabilities = await client.capabilities()
    await open(client, 'EXAMINE', 'Mixed', messages)
    for (const question of questions(messages)) {
      const label = labelled(question, messages)
      if (question.needs !== undefined && !capabilities.has(question.needs)) {
        left(label, `${question.needs} is not offered`)
        continue
      }
      await measured(label, () =>
        repeated({ lanes: 1, seconds: plan.seconds / 2 }, () => timed(() => ask(client, question))),
      )
    }
    await client.logout()
  },
}

/** Asks, and refuses to go on when the answer is not as long as it has to be. */
export async function ask(client: ImapClient, { label, command, hits }: Question): Promise<void> {
  const { lines } = await client.ask(command)
  const numbers = lines
    .filter((line) => /^\* (SEARCH|SORT|THREAD)/.test(line))
    .join(' ')
    .match(/\d+/g)
  expectCount(label, numbers?.length ?? 0, hits)
}
