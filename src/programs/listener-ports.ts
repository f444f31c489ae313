import type { ListenerPort } from '../core/settings.ts'

/** Every listener, with its standard port; the port base is added to it. */
export const standardPorts = {
  https: 443,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  submission: 587,
  submissions: 465,
} as const

export type ListenerName = keyof typeof standardPorts

/** The port to listen on: undefined for a listener that is off, 0 for any free port. */
export function portOf(name: ListenerName, port: ListenerPort, base: number | 'auto'): number | undefined {
  if (port === 'off') return undefined
  if (port === 'auto') return 0
  if (port !== 'standard') return port
  return base === 'auto' ? 0 : base + standardPorts[name]
}
