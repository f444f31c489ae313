import path from 'node:path'
import type { Environment } from './invocation.ts'

/**
 * The folder that relative paths begin at: the caller's. `npm run` changes to the package's own folder and leaves the
 * caller's in INIT_CWD; anything else that npm started stays where it was.
 */
export function callerFolder(env: Environment, current: string): string {
  const { INIT_CWD: caller, npm_package_json: manifest } = env
  const npmChangedIt = manifest !== undefined && path.dirname(manifest) === current
  return npmChangedIt && caller !== undefined && path.isAbsolute(caller) ? caller : current
}
