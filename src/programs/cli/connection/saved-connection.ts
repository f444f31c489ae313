import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { makePrivateDirectory, replacePrivateFile } from '../../../core/private-files.ts'
import { failed, wrongUsage } from '../failure.ts'
import type { Environment } from '../options.ts'

/** The connection that Connect-ExchangeOnline saves for later commands. It names files and not their content. */
export interface SavedConnection {
  readonly id: string
  readonly server: { readonly data: string } | { readonly url: string; readonly ca?: string }
  /** GUID or domain. */
  readonly tenant: string
  /** Absent for the administrator's app of the server. */
  readonly identity?:
    | { readonly clientId: string; readonly certificateFile: string; readonly keyFile: string }
    | { readonly clientId: string; readonly secretFile: string }
    | { readonly accessToken: string }
  /** When the token of Connect-ExchangeOnline expires, in ISO 8601; later commands fetch their own. */
  readonly tokenExpires?: string
}

/** The file of the saved connection; undefined if the user has no home directory. */
function connectionFile(env: Environment): string | undefined {
  if (env.POSTERN_CONNECTION) return path.resolve(env.POSTERN_CONNECTION)
  const state = env.XDG_STATE_HOME || (env.HOME && path.join(env.HOME, '.local', 'state'))
  return state ? path.join(state, 'postern', 'connection.json') : undefined
}

export function readSavedConnection(env: Environment): SavedConnection | undefined {
  const file = connectionFile(env)
  const content = file === undefined ? undefined : contentOf(file)
  if (content === undefined) return undefined
  return connectionIn(content) ?? wrongUsage(`${file} is damaged: run Disconnect-ExchangeOnline, and connect again.`)
}

/** Only this user can read the file: it can contain a token. */
export async function saveConnection(env: Environment, connection: SavedConnection): Promise<void> {
  const file =
    connectionFile(env) ??
    failed('NotRemembered', 'There is no home directory to save a connection in: set POSTERN_CONNECTION.')
  await makePrivateDirectory(path.dirname(file))
  await replacePrivateFile(file, `${JSON.stringify(connection, undefined, 2)}\n`)
}

export function removeSavedConnection(env: Environment): void {
  const file = connectionFile(env)
  if (file !== undefined) rmSync(file, { force: true })
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return wrongUsage(`The saved connection cannot be read: ${message}`)
  }
}

/** The connection in a file; undefined if it is not valid, because its values are used without further checks. */
function connectionIn(content: string): SavedConnection | undefined {
  try {
    const found = JSON.parse(content) as SavedConnection
    const { server, identity = {}, tokenExpires = '' } = found
    const texts = [found.id, found.tenant, tokenExpires, ...Object.values(server), ...Object.values(identity)]
    const whole = 'data' in server || 'url' in server
    return whole && texts.every((text) => typeof text === 'string') ? found : undefined
  } catch {
    return undefined
  }
}
