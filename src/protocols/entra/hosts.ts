/** The hosts of one cloud, the preferred one first (contract/identity §1.1). */
export interface Cloud {
  readonly preferredNetwork: string
  readonly preferredCache: string
  readonly aliases: readonly string[]
}

const cloud = (preferredCache: string, ...aliases: [string, ...string[]]): Cloud => ({
  preferredNetwork: aliases[0],
  preferredCache,
  aliases,
})

export const microsoftClouds: readonly Cloud[] = [
  cloud(
    'login.windows.net',
    'login.microsoftonline.com',
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
  ),
  cloud('login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'),
  cloud('login.microsoftonline.us', 'login.microsoftonline.us', 'login.usgovcloudapi.net'),
  cloud('login-us.microsoftonline.com', 'login-us.microsoftonline.com'),
]

const loopback = ['localhost', '127.0.0.1', '[::1]']

const loopbackBase = /^https:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** This server: the name by which it was called, and the ones by which only its own machine can call it. */
export function ownCloud(base: string): Cloud {
  const { host, port } = new URL(base)
  const local = loopback.map((name) => (port === '' ? name : `${name}:${port}`))
  return cloud(host, host, ...local.filter((name) => name !== host))
}

export const isLoopback = (base: string): boolean => loopbackBase.test(base)
