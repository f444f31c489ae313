import { realpathSync } from 'node:fs'
import path from 'node:path'
import { quoted } from '../../core/command-line.ts'
import type { Environment, Invocation } from './options.ts'

const executable = path.resolve(import.meta.dirname, '../../../bin/postern.js')

/**
 * The words that start this program from any directory: `postern` if the user's PATH finds this installation, else the
 * absolute path of its executable.
 */
export function programName(env: Environment, platform: string = process.platform): string {
  if (isOnPath(env)) return 'postern'
  // Windows runs no file by its first line.
  return platform === 'win32' ? `node "${executable}"` : quoted(executable)
}

/** npm and npx put directories in front of PATH for their own children only. */
const forChildrenOfNpm = /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/

function isOnPath({ PATH = '', ...env }: Environment): boolean {
  const startedByNpm = env.npm_execpath !== undefined || env.npm_lifecycle_event !== undefined
  const directories = PATH.split(path.delimiter)
    .filter((it) => path.isAbsolute(it))
    .filter((it) => !(startedByNpm && forChildrenOfNpm.test(it)))
  for (const directory of directories) {
    const found = realPath(path.join(directory, 'postern'))
    if (found !== undefined) return found === realPath(executable)
  }
  return false
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

/** A `postern …` command line as it runs here: with the name of this program, and the server that was named. */
export function runnableHere(line: string, { env, data }: Pick<Invocation, 'env' | 'data'>): string {
  if (!line.startsWith('postern ')) return line
  const server = data === undefined ? '' : ` --data ${quoted(data)}`
  return `${programName(env)}${server} ${line.slice('postern '.length)}`
}
