import path from 'node:path'
import { findCmdlet } from '../../cmdlets/index.ts'
import { version } from '../version.ts'
import { runCmdlet } from './cmdlets/run-cmdlet.ts'
import { CliFailure, wrongUsage } from './failure.ts'
import { helpOn, overview, runnable, styledHelp, unknownCommand } from './help.ts'
import { type Environment, type Invocation, splitGlobals, type Streams } from './options.ts'
import { jsonText, printable } from './output/table.ts'
import { styleFor } from './output/terminal.ts'
import { programName } from './program-name.ts'

/**
 * The command line. Resolves to the exit code: 0 done, 1 failed, 2 wrong usage, 3 no server, 4 no port to serve on.
 */
export async function runCli(argv: readonly string[], env: Environment, streams: Streams): Promise<number> {
  let name = ''
  // A reader that closes the pipe early, such as `head`, does not end the command.
  streams.stdout.on('error', () => {})
  try {
    const globals = splitGlobals(argv)
    const [first, ...words] = globals.words
    name = first ?? ''
    if (globals.version) return printed(streams, await version())
    if (first === undefined)
      return globals.help
        ? printed(streams, styledHelp(overview(programName(env)), streams.stdout, env))
        : wrongUsage(`name a command; "${programName(env)} help" lists the commands.`)
    if (globals.help) return printed(streams, styledHelp(helpOn(first, env), streams.stdout, env))
    const folder = callerFolder(env, process.cwd())
    const data = globals.data === undefined ? undefined : path.resolve(folder, globals.data)
    return await run(first, { words, json: globals.json, data, folder, env, streams })
  } catch (thrown) {
    return complain(thrown, { name, json: argv.includes('--json'), env, streams })
  }
}

function run(name: string, invocation: Invocation): Promise<number> {
  const command = runnable.find((it) => it.name === name.toLowerCase())
  if (command) return command.run(invocation)
  const cmdlet = findCmdlet(name)
  if (cmdlet) return runCmdlet(invocation, cmdlet)
  return unknownCommand(name, invocation.env)
}

function printed(streams: Streams, text: string): number {
  streams.stdout.write(`${text.trimEnd()}\n`)
  return 0
}

interface FailedRun {
  readonly name: string
  readonly json: boolean
  readonly env: Environment
  readonly streams: Streams
}

/** Prints a failure on standard error; standard output stays empty. */
function complain(thrown: unknown, { name, json, env, streams }: FailedRun): number {
  const failure =
    thrown instanceof CliFailure
      ? thrown
      : new CliFailure(1, 'Unexpected', `This is a fault in Postern: ${(thrown as Error).stack ?? String(thrown)}`)
  const { code, message, details } = failure
  const speaker = findCmdlet(name)?.name ?? 'postern'
  const text = message.split('\n').map(printable).join('\n')
  const whole = [' ', ': '].some((end) => text.startsWith(speaker + end)) ? text : `${speaker}: ${text}`
  const words = styleFor(streams.stderr, env)('red', whole)
  streams.stderr.write(`${json ? jsonText({ error: { code, message, details } }) : words}\n`)
  return failure.exit
}

/**
 * The caller's folder, against which relative paths are resolved. `npm run` changes to the folder of the package and
 * puts the caller's folder in INIT_CWD; other programs that npm starts keep their folder.
 */
export function callerFolder(env: Environment, current: string): string {
  const { INIT_CWD: caller, npm_package_json: manifest } = env
  const npmChangedIt = manifest !== undefined && path.dirname(manifest) === current
  return npmChangedIt && caller !== undefined && path.isAbsolute(caller) ? caller : current
}
