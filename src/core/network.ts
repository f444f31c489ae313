import { isIPv6 } from 'node:net'

/**
 * The network whose connections are counted together: an IPv4 address, or an IPv6 /64, which one customer has (RFC 6177
 * §2).
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [before = '', after] = address.split('%', 1)[0]!.toLowerCase().split('::')
  const front = groups(before)
  if (after === undefined) return `${front.slice(0, 4).join(':')}::/64`
  const back = groups(after)
  const whole = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back]
  return `${whole.slice(0, 4).join(':')}::/64`
}

/** The groups without leading zeros. An IPv4 address at the end counts as two groups. */
const groups = (text: string): string[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [Number.parseInt(group, 16).toString(16)]))

/** Whether an address is a loopback address (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const isLoopback = (address: string): boolean => address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)
