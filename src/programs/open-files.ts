import { readFileSync } from 'node:fs'
import type { AllLimits } from '../core/connections/connections.ts'
import type { Log } from '../core/log.ts'
import { refuse } from '../core/refusal.ts'
import type { SettingsOf } from '../core/settings.ts'
import type { connectionSettings } from './settings.ts'

/** The server does not start with room for fewer connections. */
const FEWEST = 64
/** The limit on connections if the system does not report its limit on open files. */
const UNLIMITED = 100_000

/**
 * How many files and connections this process can have open at once. Undefined if the system does not report it.
 * Node raises its own limit to the maximum when it starts.
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

/** macOS and the BSDs: Node's diagnostic report contains the result of getrlimit. */
function fromReport(): number | undefined {
  // Otherwise the report looks up the host names of peers.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  return numberOf(String(userLimits?.open_files?.soft))
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** The limits on all connections together, within the limit on open files. Refuses if that leaves too few. */
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
      `This process can have ${openFiles} files open; it needs ${reserved + FEWEST}. ` +
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
