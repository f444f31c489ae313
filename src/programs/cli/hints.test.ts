import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { nextSteps } from '../serve.ts'
import { programName } from './program-name.ts'

const executable = path.resolve(import.meta.dirname, '../../../bin/postern.js')

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

/** Runs a printed line in a shell, in another directory. */
const typed = async (line: string) => promisify(execFile)('/bin/sh', ['-c', line], { cwd: '/', env: process.env })

describe('a hint runs as printed, in any directory', () => {
  it('that says how to undo a removal', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Ada')
    const { err } = await server.run(['Remove-Mailbox', 'Ada', '-Confirm:$false'])
    const [, line] = /^To undo: (.*)$/m.exec(err)!
    await typed(line!)
    expect(await server.json('Get-Mailbox', 'Ada')).toMatchObject({ Name: 'Ada' })
  })

  it('that says how to fix a refusal', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Support')
    const { appId } = await server.json<{ appId: string }>('New-MgApplication', '-DisplayName', 'Reader')
    const asked = ['explain', '--mailbox', 'support@contoso.test', '--app', appId, '--protocol', 'imap']
    const { out } = await server.run(asked)
    const [, line] = /^To fix it:\n {2}(.*New-MgServicePrincipal .*)$/m.exec(out)!
    await typed(line!)
    expect((await server.run(asked)).out).toMatch(/FAIL {2}(?!servicePrincipal )/)
  })

  it('that serve prints as the next steps', async () => {
    const steps = nextSteps(server.ready, { data: server.data, env: {} })
    expect(steps).not.toContain('npx')
    const lines = steps.split('\n').filter((line) => line.includes(executable))
    expect(lines.length).toBeGreaterThan(8)
    for (const line of lines.slice(0, 3)) await typed(line)
    expect(await server.json('Get-MailboxStatistics', 'info@contoso.test')).toMatchObject({ ItemCount: 15 })
  })
})

/** A directory for PATH in which npm has installed this executable. */
async function installed(): Promise<string> {
  const folder = path.join(temporaryDirectory(), 'node_modules', '.bin')
  await mkdir(folder, { recursive: true })
  await symlink(executable, path.join(folder, 'postern'))
  return folder
}

describe('the name of the program', () => {
  it('is postern if PATH finds this installation first', async () => {
    const folder = await installed()
    expect(programName({ PATH: folder })).toBe('postern')
    const other = temporaryDirectory()
    await symlink(process.execPath, path.join(other, 'postern'))
    expect(programName({ PATH: `${other}:${folder}` })).toBe(executable)
  })

  it('is its absolute path under npm and npx, whose PATH ends with their children', async () => {
    expect(programName({ PATH: await installed(), npm_lifecycle_event: 'npx' })).toBe(executable)
    expect(programName({}, 'linux')).toBe(executable)
    expect(programName({}, 'win32')).toBe(`node "${executable}"`)
  })
})
