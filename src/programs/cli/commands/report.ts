import type { HttpCmdlet } from '../../../cmdlets/cmdlet.ts'
import { getBasicAuthReport } from '../../../cmdlets/postern/basic-auth-report.ts'
import { getExpiringCredential } from '../../../cmdlets/postern/tenants.ts'
import { testBasicAuthRetirementPlan } from '../../../cmdlets/postern/basic-auth-retirement-plan.ts'
import { wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { printCsv, printResult } from '../output/result.ts'
import { runCmdlet } from '../cmdlets/run-cmdlet.ts'
import { printable } from '../output/table.ts'

interface Report {
  readonly cmdlet: HttpCmdlet
  /** By the option. */
  readonly parameters: Readonly<Record<string, string>>
  /** Said to people in place of a table without lines. */
  readonly nothing: string
}

/** What there are reports about. */
const reports: ReadonlyMap<string, Report> = new Map([
  [
    'expiry',
    {
      cmdlet: getExpiringCredential,
      parameters: { days: 'Days', app: 'AppId' },
      nothing: 'No secret and no certificate ends in that time.',
    },
  ],
  [
    'basic-auth',
    {
      cmdlet: getBasicAuthReport,
      parameters: { days: 'Days', since: 'Since', mailbox: 'Mailbox', protocol: 'Protocol' },
      nothing: 'Nobody tried a password in that time.',
    },
  ],
  [
    'basic-auth-plan',
    {
      cmdlet: testBasicAuthRetirementPlan,
      parameters: {
        imap: 'Imap',
        pop: 'Pop',
        smtp: 'Smtp',
        waves: 'Waves',
        'brown-outs': 'BrownOuts',
        'cut-off': 'CutOff',
      },
      nothing: 'Nothing breaks that is in use.',
    },
  ],
])

export const report: CliCommand = {
  name: 'report',
  usage: [
    'expiry [--days N] [--app ID] [--csv | --json]',
    'basic-auth [--days N | --since D] [--mailbox M] [--protocol P] [--csv | --json]',
    'basic-auth-plan [--imap D] [--pop D] [--smtp D] [--waves W] [--brown-outs B] [--cut-off D] [--csv | --json]',
  ],
  synopsis:
    'which mail programs stop, and when: the secrets and certificates that end, and what hangs on each; who still signs in with a password, and what would replace it; or what breaks at each date of the plan for the end of passwords, or of another one',
  options: [
    ['--days N', 'how many days to look ahead (30), or back (90)'],
    ['--app ID', 'the client id of one app'],
    ['--since D', 'from the day of this date on'],
    ['--mailbox M', 'the address of one mailbox'],
    ['--protocol P', 'imap, pop or smtp'],
    ['--imap D, --pop D, --smtp D', 'when the protocol takes passwords no more'],
    ['--waves W, --brown-outs B', 'as New-BasicAuthRetirementPlan takes them'],
    ['--cut-off D', 'from when on nothing is enabled again'],
    ['--csv', 'every property of each line, for a spreadsheet'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      days: { type: 'string' },
      app: { type: 'string' },
      since: { type: 'string' },
      mailbox: { type: 'string' },
      protocol: { type: 'string' },
      imap: { type: 'string' },
      pop: { type: 'string' },
      smtp: { type: 'string' },
      waves: { type: 'string' },
      'brown-outs': { type: 'string' },
      'cut-off': { type: 'string' },
      csv: { type: 'boolean' },
    })
    const [about = '', ...others] = positionals
    const found = reports.get(about)
    if (!found || others.length > 0) {
      return wrongUsage(
        `A report is one of ${[...reports.keys()].join(', ')}, and none is '${printable(positionals.join(' '))}'.`,
      )
    }
    const { csv, ...options } = values
    if (csv && invocation.json) wrongUsage('--csv and --json exclude each other.')
    const words = Object.entries(options).map(([option, value]) => {
      const parameter = found.parameters[option] ?? wrongUsage(`The report about ${about} takes no --${option}.`)
      return `-${parameter}:${option === 'protocol' && value === 'pop3' ? 'pop' : value}`
    })
    return runCmdlet({ ...invocation, words }, found.cmdlet, csv ? printCsv : printedOr(found.nothing))
  },
}

const printedOr =
  (nothing: string): typeof printResult =>
  (invocation, cmdlet, output) =>
    printResult(invocation, cmdlet, output, nothing)
