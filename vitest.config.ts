import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests that put something in a module's place, and so need modules of their own. */
const alone = ['src/domain/directory/people/passwords.test.ts']

/** Suites that take too long for `npm test`; `npm run test:system` runs them. */
export const slow = ['test/mistakes/**/*.test.ts', 'test/crash/**/*.test.ts']

const MEMORY = '/dev/shm'
/** Octets: several times what the tests need at once. */
const ROOM = 2 * 1024 ** 3

/**
 * Returns the directory for the temporary files of the tests. Memory is the first choice, because the tests write small
 * databases and wait for each sync of a disk: it must have room and allow programs. TMPDIR overrides it.
 */
function temporaryFiles(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
    const [, , , options = 'noexec'] = mounts.find((line) => line.split(' ')[1] === MEMORY)?.split(' ') ?? []
    const fits = bavail * bsize >= ROOM && !options.split(',').includes('noexec')
    return process.env.TMPDIR === undefined && fits ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

export default defineConfig({
  test: {
    // The cache of compiled code stays on the disk, for the next run.
    env: { TMPDIR: temporaryFiles(), NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache') },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than cores: much of the work is waiting for disks and child processes.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['test/system/**', 'node_modules/**', 'dist/**', ...alone, ...slow],
          // A worker loads each module once for all files: no test keeps anything in one, and it saves two fifths of
          // the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
