import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Dovecot, dovecotMissing } from '../../bench/targets/dovecot.ts'
import { Postern } from '../../bench/targets/postern.ts'
import { play } from './play.ts'
import { isTold, readScript, type Step } from './script.ts'
import { walk } from './walk.ts'

/** Dovecot's settings for extensions that it does not have unless it is asked to. */
const extensions = `
mail_plugins {
  acl = yes
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_acl = yes
    imap_quota = yes
  }
}
acl_driver = vfile
quota Mailbox {
  storage_size = 1G
  message_count = 100000
}
imap_metadata = yes
mail_attribute {
  dict file {
    path = %{home}/attributes
  }
}
`

/**
 * The scripts in `scripts/`, and some walks, against a private Dovecot and this checkout. Fails where the answers
 * differ in other lines than those for which a script gives a reason: `node test/differential/differential.ts [NAME |
 * SEED]…`.
 */
const missing = dovecotMissing()
if (missing !== undefined) {
  process.stderr.write(`NOT RUN: ${missing}\n`)
  process.exit(process.env.ALL_CLIENTS === 'required' ? 1 : 0)
}

/** Commands of a walk, and what keeps its sessions up to date. */
const WALK = 300
const shelf = path.join(import.meta.dirname, 'scripts')
const chosen = process.argv.slice(2)
const seeds = chosen.length === 0 ? [1, 2, 3, 4, 5, 6, 7, 8] : chosen.filter((it) => /^\d+$/.test(it)).map(Number)
const scripts = readdirSync(shelf).filter((it) => chosen.length === 0 || chosen.includes(it.replace('.txt', '')))
const folder = mkdtempSync(path.join(tmpdir(), 'postern-differential-'))
// Dovecot's processes that are not root's come by here.
chmodSync(folder, 0o755)
process.env.POSTERN_PROFILE = 'standards'

const postern = await Postern.start({ folder: path.join(folder, 'postern'), profiles: undefined })
const { ca, ...pair } = postern.certificate
const dovecot = await Dovecot.start({
  folder: path.join(folder, 'dovecot'),
  format: 'sdbox',
  fsync: 'optimized',
  more: extensions,
  ca: await readFile(ca, 'utf8'),
  ...pair,
})
let wrong = 0
let steps = 0
try {
  for (const [user, name] of scripts.entries()) {
    const script = readScript(readFileSync(path.join(shelf, name), 'utf8'))
    await compare(name, script, user)
  }
  for (const [nth, seed] of seeds.entries()) await compare(`walk ${seed}`, walk(seed, WALK), scripts.length + nth)
} finally {
  await Promise.all([postern.stop(), dovecot.stop()])
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(`${scripts.length} scripts, ${seeds.length} walks, ${steps} steps, ${wrong} unexplained\n`)
process.exitCode = wrong === 0 ? 0 : 1

async function compare(name: string, script: readonly Step[], user: number): Promise<void> {
  try {
    const [ours, theirs] = await Promise.all([play(postern, user, script), play(dovecot, user, script)])
    steps += script.length
    for (const [index, step] of script.entries()) tell(name, step, ours[index]!, theirs[index]!)
  } catch (thrown) {
    wrong += 1
    process.stdout.write(`${name}: ${String(thrown)}\n`)
  }
}

function tell(name: string, step: Step, ours: string, theirs: string): void {
  const [left, right] = [ours.split('\n'), theirs.split('\n')]
  const only = { ours: missingFrom(right, left), theirs: missingFrom(left, right) }
  if (areTold(only.ours, step.differs?.ours) && areTold(only.theirs, step.differs?.theirs)) return
  wrong += 1
  process.stdout.write(`\n${name}:${step.line}  ${step.text}\n`)
  if (step.differs) process.stdout.write(`differs ${step.differs.why}\n`)
  for (const line of only.ours) process.stdout.write(`  ours ${line}\n`)
  for (const line of only.theirs) process.stdout.write(`  theirs ${line}\n`)
}

function missingFrom(others: readonly string[], lines: readonly string[]): string[] {
  return lines.filter((line) => !others.includes(line))
}

function areTold(lines: readonly string[], told: readonly string[] = []): boolean {
  return lines.length === told.length && lines.every((line, nth) => isTold(line, told[nth]!))
}
