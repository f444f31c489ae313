import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const LARGEST = 32 * 1024

const messagesIn = (folder: string): Buffer[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(path.join(root, folder, name)))

/** Messages that are worth to be changed: those of the corpus, and the samples. */
export const messages: readonly Buffer[] = [...messagesIn('test/corpus/mime'), ...messagesIn('samples')].filter(
  ({ length }) => length < LARGEST,
)
