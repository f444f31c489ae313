import { bind, type Binding } from '../../../cmdlets/bind.ts'
import type { Cmdlet } from '../../../cmdlets/cmdlet.ts'
import { Refusal } from '../../../core/refusal.ts'
import { asked, canAsk } from './confirm.ts'
import { Failure, failed } from '../failure.ts'
import type { Invocation } from '../invocation.ts'
import { printResult, target } from '../output/result.ts'
import { runConnection } from '../connection/run-connection.ts'
import { runExchange } from './run-exchange.ts'
import { runHttp } from './run-http.ts'
import { withSession } from '../connection/session.ts'
import { sourcesOf } from './sources.ts'
import { printable } from '../output/table.ts'

/** Binds, asks where it is due, runs, prints. */
export async function runCmdlet(invocation: Invocation, cmdlet: Cmdlet, print = printResult): Promise<number> {
  const binding = await bound(invocation, cmdlet)
  try {
    return await run(invocation, cmdlet, { binding, print })
  } catch (thrown) {
    if (binding.errors || !(thrown instanceof Failure)) throw thrown
    return thrown.exit
  }
}

async function run(
  invocation: Invocation,
  cmdlet: Cmdlet,
  { binding, print }: { readonly binding: Binding; readonly print: typeof printResult },
): Promise<number> {
  const { values } = binding
  const { stderr } = invocation.streams
  if (binding.whatIf) {
    stderr.write(`What if: ${cmdlet.name}${target(cmdlet, values)} would run.\n`)
    return 0
  }
  if (!(await mayRun(invocation, cmdlet, binding))) return 0

  const warn = (text: string) => {
    if (binding.warnings) stderr.write(`WARNING: ${printable(text)}\n`)
  }
  const objects =
    cmdlet.module === 'connection'
      ? await runConnection(invocation, cmdlet, values)
      : await withSession(invocation, (session) =>
          cmdlet.module === 'exchange'
            ? runExchange(session, { name: cmdlet.name, values, warn })
            : runHttp(session, cmdlet, cmdlet.call(values)),
        )
  print(invocation, cmdlet, { objects, values })
  return 0
}

async function bound(invocation: Invocation, cmdlet: Cmdlet): Promise<Binding> {
  try {
    return await bind(cmdlet, invocation.words, sourcesOf(invocation))
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const { code = 'WrongUsage', ...details } = thrown.detail
    throw new Failure(2, code, thrown.message, details)
  }
}

async function mayRun(invocation: Invocation, cmdlet: Cmdlet, { values, confirm }: Binding): Promise<boolean> {
  const due = confirm ?? (cmdlet.confirms === true && values.Force !== true)
  // With --json nothing asks: product.md, Cmdlets.
  if (!due || invocation.json) return true
  if (!/^(remove|disable)-/i.test(cmdlet.name) && confirm === undefined && !canAsk(invocation)) return true
  if (canAsk(invocation)) return asked(invocation, `${cmdlet.name}${target(cmdlet, values)}: are you sure?`)
  return failed(
    'ConfirmationRequired',
    `${cmdlet.name}${target(cmdlet, values)}: nothing was changed, because there is no terminal to ask for confirmation. To run it, add -Confirm:$false.`,
  )
}
