import type { VerifyFinding } from '../../../domain/mail/verify/finding.ts'
import { withFailureCode, wrongUsage } from '../failure.ts'
import { type CliCommand, type Invocation, readOptions } from '../options.ts'
import type { OfflineTotals } from '../offline.ts'
import { printable } from '../output/table.ts'
import { styleFor } from '../output/terminal.ts'
import { warningsOf } from '../output/warning.ts'
import { configOption, configUsage, configuredStore } from '../store-options.ts'

export const verify: CliCommand = {
  name: 'verify',
  usage: ['[--data DIR] [--config FILE] [--json]'],
  synopsis:
    'checks everything in a data directory that no server uses, or in a backup; changes nothing except to remove the permissions of other users',
  options: [configUsage],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, configOption)
    if (positionals.length > 0) wrongUsage('verify has no arguments.')
    // Loaded for this command only: other commands start faster without the storage engine.
    const { verifyOffline } = await import('../offline.ts')
    const looked: OfflineTotals = { mailboxes: 0, unopened: 0, folders: 0, messages: 0, octets: 0 }
    const counts = { lost: 0, wrong: 0, unused: 0 }
    const print = printer(invocation)
    await withFailureCode('NotVerified', async () => {
      const store = await configuredStore(invocation, values.config)
      for await (const finding of verifyOffline(store, looked, warningsOf(invocation))) {
        counts[finding.kind]++
        print.finding(finding)
      }
    })
    print.end({ ...looked, ...counts })
    return counts.lost + counts.wrong > 0 ? 1 : 0
  },
}

type Totals = OfflineTotals & Readonly<Record<VerifyFinding['kind'], number>>

/** Prints each finding when it is found: there can be many. */
function printer({ json, env, streams: { stdout } }: Invocation) {
  const style = styleFor(stdout, env)
  let found = 0
  if (!json) {
    return {
      finding: (finding: VerifyFinding) =>
        void stdout.write(`${style(finding.kind === 'unused' ? 'yellow' : 'red', inWords(finding))}\n`),
      end: (totals: Totals) => void stdout.write(`${summary(totals)}\n`),
    }
  }
  return {
    finding(finding: VerifyFinding) {
      stdout.write(`${found++ === 0 ? '{\n  "findings": [' : ','}\n    ${JSON.stringify(finding)}`)
    },
    end(totals: Totals) {
      const open = found === 0 ? '{\n  "findings": [' : '\n  '
      stdout.write(`${open}],\n  "totals": ${JSON.stringify(totals)}\n}\n`)
    },
  }
}

function inWords({ kind, about, mailbox, folder, uid, text }: VerifyFinding): string {
  const places = [
    mailbox !== undefined && `mailbox ${mailbox}`,
    folder !== undefined && `folder ${folder}`,
    uid !== undefined && `UID ${uid}`,
  ].filter((place) => place !== false)
  return printable(`${kind}: ${[about, ...places].join(', ')}: ${text}`)
}

function summary({ mailboxes, unopened, folders, messages, octets, lost, wrong, unused }: Totals): string {
  const megabytes = (octets / 1e6).toFixed(1)
  const never = unopened === 0 ? '' : ` (${unopened} not opened yet)`
  const looked = `${mailboxes} mailboxes${never}, ${folders} folders, ${messages} messages, ${megabytes} MB`
  if (lost + wrong + unused === 0) return `${looked}: all in order.`
  return `${looked}: ${lost} lost, ${wrong} wrong, ${unused} unused.`
}
