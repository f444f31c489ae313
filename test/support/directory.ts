import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AtEnd } from './once.ts'

/** A new directory that goes away when the test is over, unless said otherwise. */
export function temporaryDirectory(atEnd: AtEnd = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'postern-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}
