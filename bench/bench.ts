/*
 * `npm run bench`: the same work for Postern and, where it is installed, for Dovecot, in turns and in the same run;
 * prints what each used, side by side, and what was promised.
 */
import { chmod, mkdtemp, mkdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { measure } from './measure/measure.ts'
import { type Options, readOptions, usage } from './options.ts'
import { Population } from './population.ts'
import { environment } from './report/environment.ts'
import { figure } from './report/tables.ts'
import { report, writePage } from './report/page.ts'
import { type Entry, Records } from './report/records.ts'
import { scenarios } from './scenarios/index.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { Dovecot, dovecotMissing } from './targets/dovecot.ts'
import { Postern } from './targets/postern.ts'
import type { Target } from './targets/target.ts'

const tell = (text: string): void => void process.stderr.write(`${text}\n`)

process.exit(await main())

async function main(): Promise<number> {
  let options: Options
  try {
    options = readOptions(process.argv.slice(2))
  } catch (thrown) {
    tell(`${(thrown as Error).message}\n\n${usage}`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  const records = options.from === undefined ? await run(options) : Records.read(options.from)
  process.stdout.write(`${report(records, scenarios)}\n`)
  if (options.writeDocs) writePage(records, scenarios)
  return records.entries.some(({ error }) => error !== undefined) ? 1 : 0
}

async function run(options: Options): Promise<Records> {
  const folder = path.resolve(options.data ?? (await mkdtemp(path.join(tmpdir(), 'postern-bench-'))))
  await mkdir(folder, { recursive: true })
  // Dovecot's processes, which are not root's, pass through.
  await chmod(folder, 0o711)
  const out = path.resolve(options.out ?? path.join(tmpdir(), `postern-bench-${Date.now()}.jsonl`))
  const targets: Target[] = []
  try {
    await startTargets(options, folder, targets)
    const descriptions = Object.fromEntries(targets.map(({ name, description }) => [name, description]))
    const records = Records.begin(environment(folder, options.plan, descriptions), out)
    tell(`Records: ${out}`)
    const populations = new Map<Target, Population>()
    const chosen = scenarios.filter(({ name }) => options.only?.has(name) ?? true)
    const filled = chosen.some(({ withoutMail = false }) => !withoutMail)
    for (const target of targets) populations.set(target, await Population.of(target, options.plan, { tell, filled }))
    for (let round = 0; round < options.plan.rounds; round += 1) {
      // In turns, and not always the same one first.
      const order = round % 2 === 0 ? targets : targets.toReversed()
      for (const scenario of chosen) {
        for (const target of order) await trial(records, { scenario, target, round }, populations.get(target)!)
      }
    }
    return records
  } finally {
    for (const target of targets) await target.stop()
    if (options.data === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Pushes each as it starts, so that what has started can be stopped. */
async function startTargets({ alone, dovecot, profiles }: Options, folder: string, targets: Target[]): Promise<void> {
  const postern = await Postern.start({ folder: path.join(folder, 'postern'), profiles })
  targets.push(postern)
  const missing = alone ? 'Dovecot is left out' : dovecotMissing()
  if (missing !== undefined) return tell(`${missing}: Postern is measured alone.`)
  targets.push(
    await Dovecot.start({
      folder: path.join(folder, 'dovecot'),
      ...dovecot,
      ...postern.certificate,
      ca: await readFile(postern.certificate.ca, 'utf8'),
    }),
  )
}

async function trial(
  records: Records,
  { scenario, target, round }: { scenario: Scenario; target: Target; round: number },
  population: Population,
): Promise<void> {
  const { plan } = records.environment
  const add = (label: string, outcome: Pick<Entry, 'figures' | 'left' | 'error'>) =>
    records.add({ target: target.name, scenario: scenario.name, label, round, ...outcome })
  let label = scenario.name
  try {
    await scenario.run({
      target,
      plan,
      population,
      left: (what, reason) => add(what, { left: reason }),
      async measured(what, work, pid = target.pid) {
        label = what
        const figures = await measure(pid, work)
        add(what, { figures })
        const { perSecond, latency, cpuPerThousand, elsewhere, refusals = {} } = figures
        for (const [refusal, times] of Object.entries(refusals)) tell(`  refused ${times} ×: ${refusal}`)
        tell(
          `${target.name.padEnd(8)} ${what}: ${figure(perSecond)}/s, ${latency ? `p50 ${figure(latency.p50)} p99 ${figure(latency.p99)} ms, ` : ''}CPU ${figure(cpuPerThousand)} s per 1,000${elsewhere > 0.1 ? `, ${figure(elsewhere)} cores busy elsewhere` : ''}`,
        )
      },
    })
  } catch (thrown) {
    add(label, { error: (thrown as Error).message })
    tell(`${target.name.padEnd(8)} ${label}: FAILED: ${(thrown as Error).stack}`)
  }
}
