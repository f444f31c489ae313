import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { accessibleToOthers, underUmask } from '../../test/support/file-modes.ts'
import {
  createPrivateFile,
  ensurePrivateFile,
  makePrivateDirectory,
  openPrivateFile,
  protectDirectory,
  recreatePrivateFile,
  recreatePrivateFileSync,
  replacePrivateFile,
  takeDirectory,
} from './private-files.ts'

const modeOf = (file: string): number => statSync(file).mode & 0o777

describe('a private file', () => {
  it.each([
    ['000', 0],
    ['022', 0o022],
    ['077', 0o077],
    ['777', 0o777],
  ])('has mode 0600 under the umask %s', async (_, mask) => {
    const dir = temporaryDirectory()
    const file = (name: string) => path.join(dir, name)
    await underUmask(mask, async () => {
      await (await createPrivateFile(file('created'))).close()
      await (await recreatePrivateFile(file('recreated'))).close()
      recreatePrivateFileSync(file('sync'))
      await ensurePrivateFile(file('ensured'))
      await replacePrivateFile(file('replaced'), 'x')
      await takeDirectory(file('directory'))
    })
    for (const name of ['created', 'recreated', 'sync', 'ensured', 'replaced']) expect(modeOf(file(name))).toBe(0o600)
    expect(modeOf(file('directory'))).toBe(0o700)
  })

  it('is never written through a symbolic or a hard link', async () => {
    const dir = temporaryDirectory()
    const [victim, link] = [path.join(dir, 'victim'), path.join(dir, 'link')]
    writeFileSync(victim, 'mine')
    const plant = (): void => {
      symlinkSync(victim, link)
      symlinkSync(victim, `${link}.part`)
    }
    plant()
    await expect(createPrivateFile(link)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(openPrivateFile(link)).rejects.toMatchObject({ code: 'ELOOP' })
    await expect(ensurePrivateFile(link)).rejects.toMatchObject({ reason: 'not-allowed' })
    await replacePrivateFile(link, 'ours')
    expect(lstatSync(link).isFile()).toBe(true)
    await using again = await recreatePrivateFile(link)
    await again.writeFile('ours')
    linkSync(victim, `${link}.hard.part`)
    await replacePrivateFile(`${link}.hard`, 'ours')
    expect(readFileSync(victim, 'utf8')).toBe('mine')
  })

  it('that exists loses the permissions of others', async () => {
    const file = path.join(temporaryDirectory(), 'file')
    writeFileSync(file, 'kept')
    chmodSync(file, 0o644)
    await ensurePrivateFile(file)
    expect(modeOf(file)).toBe(0o600)
    chmodSync(file, 0o666)
    await (await openPrivateFile(file)).close()
    expect([modeOf(file), readFileSync(file, 'utf8')]).toEqual([0o600, 'kept'])
  })
})

describe('a private directory', () => {
  it('loses the permissions of others with all its entries, and a warning says so', () => {
    const dir = temporaryDirectory()
    mkdirSync(path.join(dir, 'below'))
    writeFileSync(path.join(dir, 'below', 'file'), '')
    const outside = path.join(temporaryDirectory(), 'outside')
    writeFileSync(outside, '')
    symlinkSync(outside, path.join(dir, 'link'))
    for (const place of [path.join(dir, 'below', 'file'), path.join(dir, 'below'), dir, outside])
      chmodSync(place, 0o755)
    const warnings: string[] = []
    protectDirectory(dir, (text) => warnings.push(text))
    expect(accessibleToOthers(dir)).toEqual([])
    expect(modeOf(outside)).toBe(0o755)
    expect(warnings.join()).toMatch(/could enter .*0700.*2 files/)
    protectDirectory(dir, (text) => expect.unreachable(text))
  })

  it('that belongs to another user is refused', () => {
    const dir = temporaryDirectory()
    const { uid } = statSync(dir)
    expect(() => protectDirectory(dir, () => {}, uid + 1)).toThrow(/belongs to another user/)
  })

  it('is refused if it is a symbolic link', async () => {
    const dir = temporaryDirectory()
    symlinkSync(temporaryDirectory(), path.join(dir, 'link'))
    await expect(takeDirectory(path.join(dir, 'link'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })
})

test('creates missing parents and returns the topmost one', async () => {
  const top = temporaryDirectory()
  const wanted = path.join(top, 'a', 'b', 'c')
  expect(await makePrivateDirectory(wanted)).toBe(path.join(top, 'a'))
  expect(statSync(wanted).mode & 0o777).toBe(0o700)
  expect(await makePrivateDirectory(wanted)).toBeUndefined()
})

test('is created once by concurrent calls', async () => {
  const wanted = path.join(temporaryDirectory(), 'a', 'b')
  await Promise.all([makePrivateDirectory(wanted), makePrivateDirectory(wanted), makePrivateDirectory(wanted)])
  expect(statSync(wanted).isDirectory()).toBe(true)
})

test.runIf(existsSync('/proc/self'))('a parent that lets nothing be made in it ends the attempt', async () => {
  await expect(makePrivateDirectory('/proc/nope/deeper')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('neither a file nor a broken link counts as a directory', async () => {
  const top = temporaryDirectory()
  const file = path.join(top, 'file')
  writeFileSync(file, '')
  for (const place of [file, path.join(file, 'below')]) {
    await expect(makePrivateDirectory(place)).rejects.toMatchObject({ code: 'ENOTDIR' })
  }
  symlinkSync(path.join(top, 'nowhere'), path.join(top, 'link'))
  await expect(makePrivateDirectory(path.join(top, 'link'))).rejects.toMatchObject({ code: 'EEXIST' })
})
