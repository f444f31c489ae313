import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SeededRandom } from '../support/seeded-random.ts'
import { Coverage } from './coverage.ts'
import { Fuzzer } from './fuzzer.ts'
import { growthOf, megabytes, MOST_GROWTH, type Sample, sampled } from './memory.ts'
import { FuzzFailure, type FuzzTarget } from './target.ts'
import { targets } from './targets.ts'

/**
 * Inputs of all kinds for everything that reads what strangers send:
 * `node test/fuzz/fuzz.ts [--seconds N] [--seed N] [--only http,imap,mime,odata,pop3,smtp] [--memory]`. The targets take
 * turns. Findings are stored in `test/corpus/<target>/found`, from where `npm test` tries them again. With `--memory`
 * the run fails when memory grows by more than five percent after the warm-up.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    only: { type: 'string', default: Object.keys(targets).join(',') },
    memory: { type: 'boolean', default: false },
  },
})
/** Milliseconds in which every target has its turn once; then memory is looked at. */
const longest = 60_000
const all = Number(values.seconds) * 1000
const round = Math.min(longest, all)
process.stdout.write(`seed ${values.seed}\n`)

interface Turn {
  readonly name: string
  readonly target: FuzzTarget
  readonly hunt: Fuzzer
}

const coverage = await Coverage.start()
const turns: Turn[] = []
const samples: Sample[] = []
for (const name of values.only.split(',')) {
  const open = targets[name]
  if (!open) throw new Error(`There is no target '${name}'`)
  const target = await open()
  turns.push({ name, target, hunt: new Fuzzer(target, new SeededRandom(Number(values.seed)), coverage) })
}

const begun = performance.now()
const elapsed = () => performance.now() - begun
try {
  while (elapsed() < all && process.exitCode !== 1) {
    for (const turn of turns) await take(turn, elapsed() + round / turns.length)
    if (values.memory) look()
  }
} finally {
  coverage.stop()
  for (const { target } of turns) await target.close()
}
for (const { name, hunt } of turns) process.stdout.write(`${name}: ${hunt.tries} tries, ${hunt.kept} inputs kept\n`)
process.stdout.write(`${coverage.parts} parts of the sources reached in ${Math.round(elapsed() / 1000)} s\n`)
if (values.memory && samples.length > 4) judge()

/** One target has its turn. */
async function take({ name, hunt }: Turn, until: number): Promise<void> {
  try {
    await hunt.run(() => elapsed() < until)
  } catch (thrown) {
    if (!(thrown instanceof FuzzFailure)) throw thrown
    process.exitCode = 1
    process.stdout.write(`${name}: ${(thrown.cause as Error).stack ?? thrown.message}\n  ${keep(name, thrown)}\n`)
  }
}

function look(): void {
  const sample = sampled(elapsed() / 1000)
  samples.push(sample)
  const tries = turns.reduce((sum, { hunt }) => sum + hunt.tries, 0)
  const { seconds, resident, reachable } = sample
  process.stdout.write(
    `${seconds} s: ${tries} tries, ${megabytes(resident)} MB resident, ${megabytes(reachable)} MB reachable\n`,
  )
}

function judge(): void {
  for (const { what, before, after, percent } of growthOf(samples)) {
    const told = `${megabytes(before)} MB after the warm-up, ${megabytes(after)} MB at the end`
    process.stdout.write(`${what}: ${told}, ${percent.toFixed(1)} %\n`)
    if (percent > MOST_GROWTH) process.exitCode = 1
  }
}

function keep(name: string, { inputs }: FuzzFailure): string {
  const folder = path.resolve(import.meta.dirname, '../corpus', name, 'found')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `seed-${values.seed}-${Date.now()}.bin`)
  writeFileSync(file, Buffer.concat(inputs))
  return file
}
