import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const json = <T>(file: string): T => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as T

const { dependencies, devDependencies, optionalDependencies, files } =
  json<Record<string, Record<string, string>>>('package.json')
const { packages } = json<{
  packages: Record<string, { version: string; integrity?: string; hasInstallScript?: true }>
}>('package-lock.json')

it('the packaged Node is one exact release on every platform', () => {
  const versions = new Set(Object.values(optionalDependencies!))
  expect(versions.size).toBe(1)
  expect([...versions][0]).toMatch(/^24\.\d+\.\d+$/)
  for (const [name, version] of Object.entries(optionalDependencies!)) {
    expect(packages[`node_modules/${name}`], name).toMatchObject({
      version,
      integrity: expect.stringMatching(/^sha512-/),
    })
  }
})

it('every dependency is pinned to an exact version and, in the lock, by its hash', () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-beta\.\d+)?$/)
  }
  for (const [name, { integrity }] of Object.entries(packages)) {
    if (name !== '') expect(integrity, name).toMatch(/^sha512-/)
  }
})

it('no dependency of the published package runs a script at installation', () => {
  const scripted = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript && !('dev' in entry))
  expect(scripted).toEqual([])
})

it('the security policy is published with the package', () => {
  expect(Object.values(files!)).toContain('SECURITY.md')
})
