import { clientsOf } from './judge.ts'
import type { Fact, Table } from './table.ts'

/** `docs/parity-<name>.md`. */
export function parityPage(table: Table): string {
  const { title, contract, sections, clients, facts, name } = table
  const count = (status: Fact['status']) => facts.filter((it) => it.status === status).length
  const parts = [...sections]
    .map(([number, heading]) => ({ number, heading, rows: facts.filter(({ where }) => where === number) }))
    .filter(({ rows }) => rows.length > 0)
  return [
    `# Parity: ${title}`,
    '',
    `What ${contract} says of the real service, statement by statement, and how this server keeps to it: **exact**,`,
    '**approximate** (and in what way), or **absent** (and why). A statement that is kept to names the tests that show it. This',
    `page is printed from \`parity/${name}.yaml\` by \`npm run docs\`; \`npm run parity\` fails where a statement has vanished, has no`,
    'witness, or has one that did not pass in the run of `npm test` and the system suite that it is given.',
    '',
    '| Statements | Exact | Approximate | Absent | Seen by clients that are not ours |',
    '| --- | --- | --- | --- | --- |',
    `| ${facts.length} | ${count('exact')} | ${count('approximate')} | ${count('absent')} | ${
      facts.filter((fact) => clientsOf(table, fact).length > 0).length
    } |`,
    '',
    '| Client, unmodified | Statements that it witnesses |',
    '| --- | --- |',
    ...[...clients.keys()].map(
      (client) => `| ${client} | ${facts.filter((fact) => clientsOf(table, fact).includes(client)).length} |`,
    ),
    '',
    '**Bold** statements are those that programs stand and fall with: at least two of these clients witness each.',
    '',
    ...parts.flatMap(({ number, heading, rows }) => [
      `## ${number} ${heading}`,
      '',
      '| Id | Statement | Kept | Witnesses |',
      '| --- | --- | --- | --- |',
      ...rows.map((fact) => row(table, fact)),
      '',
    ]),
  ].join('\n')
}

function row(table: Table, fact: Fact): string {
  const statement = cell(fact.statement)
  const seen = clientsOf(table, fact)
  const witnesses = [
    ...(seen.length > 0 ? [`*${seen.join(', ')}*`] : []),
    ...fact.witnesses.map((it) => `\`${cell(it).replaceAll('`', "'")}\``),
  ]
  const cells = [fact.id, fact.main ? `**${statement}**` : statement, kept(fact), witnesses.join('<br>')]
  return `| ${cells.join(' | ')} |`
}

const kept = ({ status, how, why }: Fact): string => {
  const more = how ?? why
  return more === undefined ? status : `${status}: ${cell(more)}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
