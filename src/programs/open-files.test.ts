import { describe, expect, it } from 'vitest'
import { type Log, silentLog } from '../core/log.ts'
import { readConfig } from './config.ts'
import { connectionLimits, openFileLimit } from './open-files.ts'

const limits = (openFiles: number | undefined, flags: Record<string, unknown> = {}, log: Log = silentLog) =>
  connectionLimits(readConfig({ flags }).connections, openFiles, log)

describe('the limit of connections', () => {
  it('is read from the system', () => {
    expect(openFileLimit()).toBeGreaterThan(64)
  })

  it.each([
    [1024, 512, 384],
    [20_000, 19_488, 14_616],
    [524_288, 523_776, 392_832],
  ])('leaves files open for the store: of %i, %i', (openFiles, most, perAddress) => {
    expect(limits(openFiles)).toMatchObject({ most, perAddress, perCaller: perAddress })
  })

  it('is what is set where the files are enough for it', () => {
    const flags = { connections: { max: 1000, max_per_address: 100, max_per_caller: 5000 } }
    expect(limits(20_000, flags)).toMatchObject({ most: 1000, perAddress: 100, perCaller: 5000 })
  })

  it('is lower than what is set where the files are not enough, and that is logged', () => {
    const said: unknown[] = []
    const log = { ...silentLog, warn: (fields: object) => void said.push(fields) }
    expect(limits(1024, { connections: { max: 1000 } }, log)).toMatchObject({ most: 512 })
    expect(said).toEqual([{ 'connections.max': 1000, openFiles: 1024, reserved: 512, most: 512 }])
  })

  it('is refused where hardly any connection would be left', () => {
    expect(() => limits(256)).toThrow(/can have 256 files open; it needs 576\. Raise the limit/)
    expect(limits(256, { connections: { reserved_files: 128 } })).toMatchObject({ most: 128 })
  })

  it('is there on a system that tells no limit of files', () => {
    expect(limits(undefined).most).toBe(100_000)
  })
})
