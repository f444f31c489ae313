import { readFileSync } from 'node:fs'
import type { AllLimits } from '../core/connections/connections.ts'
import type { Log } from '../core/log.ts'
import { refuse } from '../core/refusal.ts'
import type { SettingsOf } from '../core/settings.ts'
import type { connectionSettings } from './connection-settings.ts'

/** Fewer connections than this are no server. */
const FEWEST = 64
/** Most connections where the system tells no limit of open files. */
const UNLIMITED = 100_000

/**
 * How many files and connections this process may have open at once. Undefined where the system tells none.
 * Node raises its own limit as far as it may when it starts.
 */
export function openFileLimit(): number | undefined {
  return fromProc() ?? fromReport()
}

/** Linux. */
function fromProc(): number | undefined {
  try {
    const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return numberOf(soft)
  } catch {
    return undefined
  }
}

/** macOS and the BSDs: the report that Node writes of itself has what getrlimit tells. */
function fromReport(): number | undefined {
  // Without this it looks up the names of peers.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  return numberOf(String(userLimits?.open_files?.soft))
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** The limits on all connections together, as far as the process has descriptors for them. Refuses too few of them. */
export function connectionLimits(
  settings: SettingsOf<typeof connectionSettings>,
  openFiles: number | undefined,
  log: Log,
): AllLimits {
  const { max, reserved_files: reserved } = settings
  const room = openFiles === undefined ? UNLIMITED : openFiles - reserved
  if (room < FEWEST) {
    refuse(
      'bad-syntax',
      `This process may have ${openFiles} files open, and ${reserved + FEWEST} are needed. ` +
        `Raise the limit (ulimit -n, LimitNOFILE=), or lower the setting connections.reserved_files`,
    )
  }
  if (max !== 'auto' && max > room) {
    log.warn({ 'connections.max': max, openFiles, reserved, most: room }, 'connections.max exceeds the open files')
  }
  const most = max === 'auto' ? room : Math.min(max, room)
  const share = (setting: number | 'auto'): number => (setting === 'auto' ? Math.ceil(most * 0.75) : setting)
  return {
    most,
    perAddress: share(settings.max_per_address),
    perCaller: share(settings.max_per_caller),
    unauthenticatedPerAddress: settings.max_unauthenticated_per_address,
  }
}
