import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run } from '../support/server-process.ts'
import { available } from './browser.ts'

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/many-nodes.md'), 'utf8')
const folder = mkdtempSync(path.join(tmpdir(), 'postern-page-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes the file that the page shows, and the secrets beside it. Returns its place. */
function shown(name: string): string {
  const text = new RegExp(`\`\`\`\\w*\\n(# ${name}\\n[^]*?)\`\`\``).exec(page)?.[1]
  if (text === undefined) throw new Error(`The page does not show ${name}`)
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly secrets?: readonly string[]; readonly ports?: readonly string[] }>
  >
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const compose = (): Compose => parse(readFileSync(shown('compose.yaml'), 'utf8')) as Compose

it('the settings of the page name secrets that its containers have', () => {
  const { services, secrets } = compose()
  const settings = readFileSync(shown('postern.yaml'), 'utf8')
  const named = Array.from(settings.matchAll(/\/run\/secrets\/([\w-]+)/g), ([, name]) => name)
  expect(new Set(named)).toEqual(new Set(services['node']!.secrets))
  expect(new Set(Object.keys(secrets))).toEqual(new Set(Object.values(services).flatMap((it) => it.secrets ?? [])))
})

it('the balancer of the page listens on the ports that its container publishes', () => {
  const bound = Array.from(readFileSync(shown('haproxy.cfg'), 'utf8').matchAll(/bind :(\d+)/g), ([, port]) => port)
  expect(compose().services['balancer']!.ports).toEqual(bound.map((port) => `${port}:${port}`))
})

it.runIf(available('the balancer of docs/many-nodes.md', 'haproxy', ['-v']))('HAProxy accepts its file', async () => {
  const { code, stdout, stderr } = await run('haproxy', ['-c', '-f', shown('haproxy.cfg')])
  expect(code, stdout + stderr).toBe(0)
  expect(stdout + stderr).not.toMatch(/\[(WARNING|ALERT)\]/)
})

const hasCompose = available('the containers of docs/many-nodes.md', 'docker-compose', ['version'])

it.runIf(hasCompose)('Docker Compose accepts its file', async () => {
  const file = shown('compose.yaml')
  for (const secret of Object.values(compose().secrets)) writeFileSync(path.resolve(folder, secret.file), 'secret')
  shown('postern.yaml')
  shown('haproxy.cfg')
  const { code, stderr } = await run('docker-compose', ['-f', file, 'config', '--quiet'])
  expect(code, stderr).toBe(0)
  expect(stderr).toBe('')
})
