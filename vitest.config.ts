import { defineConfig } from 'vitest/config'

/** Tests that put something in a module's place, and so need modules of their own. */
const alone = ['src/domain/directory/people/passwords.test.ts']

/** Suites that take too long for `npm test`; `npm run test:system` runs them. */
export const slow = ['test/mistakes/**/*.test.ts', 'test/crash/**/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Every core: much of the work is waiting for disks and child processes.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['test/system/**', 'node_modules/**', 'dist/**', ...alone, ...slow],
          // A worker loads each module once for all files: no test keeps anything in one, and it saves two fifths of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
