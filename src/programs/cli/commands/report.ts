import type { HttpCmdlet } from '../../../cmdlets/cmdlet.ts'
import { getBasicAuthReport, testBasicAuthRetirementPlan } from '../../../cmdlets/postern/basic-auth.ts'
import { getExpiringCredential } from '../../../cmdlets/postern/tenants.ts'
import { wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { printCsv, printResult } from '../output/result.ts'
import { runCmdlet } from '../cmdlets/run-cmdlet.ts'
import { printable } from '../output/table.ts'

interface Report {
  readonly cmdlet: HttpCmdlet
  /** The parameter of each option. */
  readonly parameters: Readonly<Record<string, string>>
  /** The message for an empty report. */
  readonly nothing: string
}

/** The reports, by name. */
const reports: ReadonlyMap<string, Report> = new Map([
  [
    'expiry',
    {
      cmdlet: getExpiringCredential,
      parameters: { days: 'Days', app: 'AppId' },
      nothing: 'No secret and no certificate expires in that time.',
    },
  ],
  [
    'basic-auth',
    {
      cmdlet: getBasicAuthReport,
      parameters: { days: 'Days', since: 'Since', mailbox: 'Mailbox', protocol: 'Protocol' },
      nothing: 'No sign-ins with a password in that time.',
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
      nothing: 'No program in use stops working.',
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
    'shows which mail programs stop working, and when: expiring secrets and certificates; sign-ins with passwords and their replacement; or the effect of a retirement plan at each of its dates',
  options: [
    ['--days N', 'how many days to look ahead (30), or back (90)'],
    ['--app ID', 'the client id of one app'],
    ['--since D', 'since the day of this date'],
    ['--mailbox M', 'the address of one mailbox'],
    ['--protocol P', 'imap, pop or smtp'],
    ['--imap D, --pop D, --smtp D', 'when the protocol stops accepting passwords'],
    ['--waves W, --brown-outs B', 'as for New-BasicAuthRetirementPlan'],
    ['--cut-off D', 'when owners can no longer enable passwords again'],
    ['--csv', 'prints every property as CSV, for a spreadsheet'],
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
        `unknown report '${printable(positionals.join(' '))}': expected one of ${[...reports.keys()].join(', ')}.`,
      )
    }
    const { csv, ...options } = values
    if (csv && invocation.json) wrongUsage('--csv and --json exclude each other.')
    const words = Object.entries(options).map(([option, value]) => {
      const parameter = found.parameters[option] ?? wrongUsage(`The report ${about} has no option --${option}.`)
      return `-${parameter}:${option === 'protocol' && value === 'pop3' ? 'pop' : value}`
    })
    return runCmdlet({ ...invocation, words }, found.cmdlet, csv ? printCsv : printedOr(found.nothing))
  },
}

const printedOr =
  (nothing: string): typeof printResult =>
  (invocation, cmdlet, output) =>
    printResult(invocation, cmdlet, output, nothing)
