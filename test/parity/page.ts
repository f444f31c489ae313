import { clientsOf } from './judge.ts'
import type { Fact, Table } from './table.ts'

const WIDTH = 118

/** Prints `docs/parity-<name>.md`. */
export function parityPage(table: Table): string {
  const { title, reference, facts, name } = table
  const page = reference.replace(/^docs\//, '')
  const differing = facts.filter(({ status }) => status !== 'exact')
  return [
    `# Parity: ${title}`,
    '',
    ...wrapped(
      `This page compares Postern with the real service, fact by fact. [${page}](${page}) has the facts in context, with their sources.`,
    ),
    '',
    '| Status | Facts | Meaning |',
    '| --- | ---: | --- |',
    `| exact | ${count(facts, 'exact')} | Postern does the same |`,
    `| approximate | ${count(facts, 'approximate')} | Postern does nearly the same; the page says what differs |`,
    `| absent | ${count(facts, 'absent')} | Postern does not do it; the page says why |`,
    '',
    ...wrapped(
      `Read [Differences](#differences) first. [All facts](#all-facts) has every fact with its witnesses: the tests that show it. \`npm run docs\` prints this page from \`parity/${name}.yaml\`, and \`npm run parity\` fails if a fact is missing, has no witness, or has a witness that did not pass.`,
    ),
    '',
    '## Differences',
    '',
    ...bySection(table, differing, '###').flatMap(({ heading, facts: of }) => [
      heading,
      '',
      ...of.flatMap((fact) => item(`\`${fact.id}\` ${plain(fact.statement)} ${difference(fact)}`)),
      '',
    ]),
    '## Clients of other projects',
    '',
    ...wrapped(
      'The system tests drive these clients unmodified. An essential fact is one that clients depend on: at least two of these clients witness it.',
    ),
    '',
    '| Client | Facts that it witnesses |',
    '| --- | ---: |',
    ...[...table.clients.keys()].map(
      (client) => `| ${client} | ${facts.filter((fact) => clientsOf(table, fact).includes(client)).length} |`,
    ),
    `| any of them | ${facts.filter((fact) => clientsOf(table, fact).length > 0).length} |`,
    '',
    '## All facts',
    '',
    ...bySection(table, facts, '###').flatMap(({ heading, facts: of }) => [
      heading,
      '',
      ...of.flatMap((fact) => entry(table, fact)),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

const count = (facts: readonly Fact[], status: Fact['status']): number =>
  facts.filter((it) => it.status === status).length

/** The sections that have some of `facts`, in the order of the reference page. */
function bySection(
  { sections }: Table,
  facts: readonly Fact[],
  level: string,
): { readonly heading: string; readonly facts: readonly Fact[] }[] {
  return [...sections]
    .map(([number, heading]) => ({
      heading: `${level} ${number} ${heading}`,
      facts: facts.filter(({ where }) => where === number),
    }))
    .filter((section) => section.facts.length > 0)
}

/** A fact, its status, and the tests that show it. */
function entry(table: Table, fact: Fact): string[] {
  const seen = clientsOf(table, fact)
  const essential = fact.main ? ' *Essential.*' : ''
  return [
    ...item(`\`${fact.id}\` ${plain(fact.statement)} ${difference(fact) || '**Exact.**'}${essential}`),
    ...(seen.length > 0 ? item(`Clients: ${seen.join(', ')}`, '  ') : []),
    ...fact.witnesses.flatMap((it) => item(`\`${plain(it).replaceAll('`', "'")}\``, '  ')),
  ]
}

function difference({ status, how, why }: Fact): string {
  const more = how ?? why
  if (status === 'exact' || more === undefined) return ''
  return `**${status === 'absent' ? 'Absent' : 'Approximate'}:** ${plain(more)}`
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

const item = (text: string, indent = ''): string[] => wrapped(text, `${indent}- `, `${indent}  `)

/** `text` in lines of at most `WIDTH` characters; a longer word gets a line of its own. */
function wrapped(text: string, first = '', rest = ''): string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.match(/(?:\[[^\]]*\]\([^)]*\)|\S)+/g) ?? []) {
    const empty = line === first && lines.length === 0
    if (!empty && line.length + 1 + word.length > WIDTH && !opensBlock(word)) {
      lines.push(line)
      line = rest + word
    } else {
      line += line.trim() === '' || empty ? word : ` ${word}`
    }
  }
  return [...lines, line]
}

/** A word that Markdown takes for a list, a quotation or a heading at the beginning of a line. */
const opensBlock = (word: string): boolean => /^(?:[-+*>]|#+|\d+[.)])$/.test(word)
