import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Chance } from '../support/chance.ts'
import { hunt } from './hunt.ts'
import { Find } from './target.ts'
import { targets } from './targets.ts'

/**
 * Inputs of all kinds for everything that reads what strangers send:
 * `node test/fuzz/fuzz.ts [--seconds N] [--seed N] [--only imap,mime,pop3,smtp]`. What is found is kept in
 * `test/corpus/<target>/found`, from where it is tried again by `npm test`.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    only: { type: 'string', default: Object.keys(targets).join(',') },
  },
})
const chosen = values.only.split(',')
const share = (Number(values.seconds) * 1000) / chosen.length
process.stdout.write(`seed ${values.seed}\n`)

for (const name of chosen) {
  const open = targets[name]
  if (!open) throw new Error(`There is no target '${name}'`)
  const target = await open()
  const until = performance.now() + share
  try {
    const hunted = await hunt(target, new Chance(Number(values.seed)), () => performance.now() < until)
    process.stdout.write(`${name}: ${hunted.tries} tries, ${hunted.parts} parts reached, ${hunted.kept} inputs kept\n`)
  } catch (thrown) {
    if (!(thrown instanceof Find)) throw thrown
    process.exitCode = 1
    process.stdout.write(`${name}: ${thrown.message}\n  ${keep(name, thrown)}\n`)
  } finally {
    await target.close()
  }
}

function keep(name: string, { inputs }: Find): string {
  const folder = path.resolve(import.meta.dirname, '../corpus', name, 'found')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `seed-${values.seed}-${Date.now()}.bin`)
  writeFileSync(file, Buffer.concat(inputs))
  return file
}
