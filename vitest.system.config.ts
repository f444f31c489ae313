import { defineConfig } from 'vitest/config'
import { slow } from './vitest.config.ts'

/** Real clients against a started server: what `npm test` cannot ask of a machine. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts', ...slow],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
