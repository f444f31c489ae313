import path from 'node:path'
import { findCmdlet } from '../../cmdlets/index.ts'
import { version } from '../version.ts'
import { runCmdlet } from './cmdlets/run-cmdlet.ts'
import { CliFailure, wrongUsage } from './failure.ts'
import { helpOn, overview, runnable, unknownCommand } from './help.ts'
import type { Environment, Invocation, Streams } from './invocation.ts'
import { splitGlobals } from './options.ts'
import { jsonText, printable } from './output/table.ts'

/**
 * The command line. Resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 3 no server, 4 no port to serve on.
 */
export async function runCli(argv: readonly string[], env: Environment, streams: Streams): Promise<number> {
  let name = ''
  // A reader that goes away early, as `head` does, ends nothing but the output.
  streams.stdout.on('error', () => {})
  try {
    const globals = splitGlobals(argv)
    const [first, ...words] = globals.words
    name = first ?? ''
    if (globals.version) return printed(streams, await version())
    if (first === undefined)
      return globals.help
        ? printed(streams, overview())
        : wrongUsage('name a command; "postern help" lists the commands.')
    if (globals.help) return printed(streams, helpOn(first))
    const folder = callerFolder(env, process.cwd())
    const data = globals.data === undefined ? undefined : path.resolve(folder, globals.data)
    return await run(first, { words, json: globals.json, data, folder, env, streams })
  } catch (thrown) {
    return complain(thrown, { name, json: argv.includes('--json'), streams })
  }
}

function run(name: string, invocation: Invocation): Promise<number> {
  const command = runnable.find((it) => it.name === name.toLowerCase())
  if (command) return command.run(invocation)
  const cmdlet = findCmdlet(name)
  if (cmdlet) return runCmdlet(invocation, cmdlet)
  return unknownCommand(name)
}

function printed(streams: Streams, text: string): number {
  streams.stdout.write(`${text.trimEnd()}\n`)
  return 0
}

/** Standard error tells of the failure, standard output stays empty. */
function complain(thrown: unknown, { name, json, streams }: { name: string; json: boolean; streams: Streams }): number {
  const failure =
    thrown instanceof CliFailure
      ? thrown
      : new CliFailure(
          1,
          'Unexpected',
          `This is a fault of Postern's own: ${(thrown as Error).stack ?? String(thrown)}`,
        )
  const { code, message, details } = failure
  const speaker = findCmdlet(name)?.name ?? 'postern'
  const told = message.split('\n').map(printable).join('\n')
  const words = told.startsWith(`${speaker} `) ? told : `${speaker}: ${told}`
  streams.stderr.write(`${json ? jsonText({ error: { code, message, details } }) : words}\n`)
  return failure.exit
}

/**
 * The folder that relative paths begin at: the caller's. `npm run` changes to the package's own folder and leaves the
 * caller's in INIT_CWD; anything else that npm started stays where it was.
 */
export function callerFolder(env: Environment, current: string): string {
  const { INIT_CWD: caller, npm_package_json: manifest } = env
  const npmChangedIt = manifest !== undefined && path.dirname(manifest) === current
  return npmChangedIt && caller !== undefined && path.isAbsolute(caller) ? caller : current
}
