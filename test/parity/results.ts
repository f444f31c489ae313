import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A test that ran, by the name that tables give it. */
export interface Ran {
  readonly name: string
  readonly passed: boolean
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/** The tests of a run, out of the file that vitest's `json` reporter left. */
export function readResults(file: string, root: string): readonly Ran[] {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      name: [path.relative(root, name), ...ancestorTitles, title].join(' > '),
      passed: status === 'passed',
    })),
  )
}
