/*
 * Measures several nodes over PostgreSQL and S3, beside SQLite in the same run: how soon a session of another node hears
 * of a message, how the throughput grows with the nodes, and the metadata of a large folder.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Figures, measure } from '../measure/measure.ts'
import { spreadOf } from '../measure/statistics.ts'
import { type Plan, smoke } from '../plan.ts'
import { Population } from '../population.ts'
import { figure } from '../report/tables.ts'
import { fetchMetadata } from '../scenarios/fetch.ts'
import { Postern } from '../targets/postern.ts'
import { noticeTimes } from './notices.ts'
import { CappedNodes } from './scaling.ts'
import { SharedStore } from './shared-store.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'notices,scaling,metadata' },
    rounds: { type: 'string', default: '5' },
    appends: { type: 'string', default: '300' },
    nodes: { type: 'string', default: '1,2,4,8' },
    share: { type: 'string', default: '0.1' },
    seconds: { type: 'string', default: '8' },
    messages: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
})

const usage = `node bench/nodes/nodes.ts [options]

  --only A,B       of: notices scaling metadata
  --rounds N       how often each is measured (5)
  --appends N      messages of a round of notices (300)
  --nodes A,B      numbers of nodes (1,2,4,8)
  --share S        cores that each of them may use (0.1); Linux control groups version 1, as root
  --seconds S      how long they work (8)
  --messages N     messages of the folder whose metadata are fetched (100000)`

const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => round)
const folder = mkdtempSync(path.join(tmpdir(), 'postern-nodes-'))
const cleanups: (() => Promise<unknown>)[] = []
const rows = new Map<string, Map<string, number[]>>()

const tell = (text: string) => void process.stderr.write(`${text}\n`)

/** Notes a figure of a row, and prints it. */
function note(row: string, figures: Readonly<Record<string, number>>): void {
  const known = rows.get(row) ?? new Map<string, number[]>()
  rows.set(row, known)
  for (const [name, value] of Object.entries(figures)) known.set(name, [...(known.get(name) ?? []), value])
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${figure(value)}`)
  tell(`${row}: ${texts.join(', ')}`)
}

function report(): void {
  for (const [row, figures] of rows) {
    const texts = [...figures].map(([name, all]) => {
      const { median, min, max } = spreadOf(all)!
      return `${name} ${figure(median)} [${figure(min)}..${figure(max)}]`
    })
    console.log(`${row}: ${texts.join('; ')}`)
  }
}

async function openStore(name: string): Promise<SharedStore> {
  const store = await SharedStore.open(path.join(folder, name))
  cleanups.push(() => store.close())
  return store
}

async function started(starting: Promise<Postern>): Promise<Postern> {
  const node = await starting
  cleanups.push(() => node.stop())
  return node
}

const onSqlite = () => started(Postern.start({ folder: path.join(folder, 'sqlite'), profiles: undefined }))

async function notices(): Promise<void> {
  const store = await openStore('notices')
  const sqlite = await onSqlite()
  const a = await started(store.node('a'))
  const b = await started(store.node('b', a))
  const kinds = [
    ['SQLite, one server', sqlite, sqlite],
    ['PostgreSQL, at the same node', a, a],
    ['PostgreSQL, at another node', a, b],
  ] as const
  for (const round of rounds) {
    for (const [row, from, to] of round % 2 === 0 ? kinds : kinds.toReversed()) {
      const { acknowledged, heard } = await noticeTimes(from, to, Number(values.appends))
      note(row, {
        'OK p50': acknowledged.p50,
        'OK p99': acknowledged.p99,
        'EXISTS p50': heard.p50,
        'EXISTS p99': heard.p99,
      })
    }
  }
}

async function scaling(): Promise<void> {
  const store = await openStore('scaling')
  const nodes = new CappedNodes(store, Number(values.share))
  cleanups.push(() => nodes.close())
  const counts = values.nodes.split(',').map(Number)
  for (let count = 0; count < Math.max(...counts); count += 1) await nodes.add(folder)
  for (const round of rounds) {
    const measured = new Map<number, number>()
    for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
      const { perSecond, nodeCpu, databaseCpu } = await nodes.measure(count, Number(values.seconds))
      measured.set(count, perSecond)
      note(`${count} nodes`, { 'per second': perSecond, 'node s/1k': nodeCpu, 'database s/1k': databaseCpu })
    }
    // Of the same round, because the machine may do other things.
    for (const count of counts) note(`${count} nodes`, { linear: measured.get(count)! / count / measured.get(1)! })
  }
}

async function metadata(): Promise<void> {
  const plan: Plan = { ...smoke, messages: 0, large: Number(values.messages), maildrop: 0, growth: [], seconds: 2 }
  const store = await openStore('metadata')
  const targets = [
    { row: 'SQLite', target: await onSqlite(), databaseCpu: () => 0 },
    { row: 'PostgreSQL', target: await started(store.node('metadata')), databaseCpu: () => store.databaseCpu },
  ]
  for (const { row, target, databaseCpu } of targets) {
    const population = await Population.of(target, plan, { tell, filled: true })
    for (let round = 0; round < rounds.length; round += 1) {
      await fetchMetadata.run({
        target,
        plan,
        population,
        left: () => {},
        async measured(label, work) {
          if (!label.includes('short')) return
          const before = databaseCpu()
          const figures: Figures = await measure(target.pid, work)
          const database = ((databaseCpu() - before) * 1000) / figures.operations
          note(`${row}, ${label}`, { 'node s/1k': figures.cpuPerThousand, 'database s/1k': database })
        },
      })
    }
  }
}

const parts: Readonly<Record<string, () => Promise<void>>> = { notices, scaling, metadata }

if (values.help) console.log(usage)
else {
  try {
    for (const name of values.only.split(',')) {
      const part = parts[name]
      if (!part) throw new Error(`There is no measurement '${name}'`)
      await part()
    }
    report()
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
    rmSync(folder, { recursive: true, force: true })
  }
}
