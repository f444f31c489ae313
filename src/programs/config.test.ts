import { describe, expect, it } from 'vitest'
import { readConfig, unknownVariables } from './config.ts'

const file = (content: string) => ({ file: { name: 'postern.yaml', content } })

describe('settings', () => {
  it('have defaults, and some of them by profile', () => {
    const standards = readConfig({})
    expect(standards.server).toMatchObject({ profile: 'standards', host: '127.0.0.1', port_base: 10_000 })
    expect(standards.access.immediate_consent_revocation).toBe(true)
    const exchange = readConfig({ flags: { profile: 'exchange-online' } })
    expect(exchange.access.immediate_consent_revocation).toBe(false)
  })

  it('are taken from flag, environment, file and default, in that order', () => {
    const sources = {
      ...file('port_base: 1000\nhost: 127.0.0.3\nimap:\n  idle_minutes: 31\ntenant.domain: fabrikam.test\n'),
      environment: { POSTERN_PORT_BASE: '2000', POSTERN_HOST: '127.0.0.2', POSTERN_IMAP_IDLE_MINUTES: '32' },
      flags: { port_base: '3000' },
    }
    const settings = readConfig(sources)
    expect(settings.server.port_base).toBe(3000)
    expect(settings.server.host).toBe('127.0.0.2')
    expect(settings.imap.idle_minutes).toBe(32)
    expect(settings.tenant.domain).toBe('fabrikam.test')
  })

  it('are frozen', () => {
    const settings = readConfig({})
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.imap)).toBe(true)
  })

  it('ignore other variables, and name those with the prefix of a setting', () => {
    const environment = { POSTERN_URL: 'https://x', POSTERN_IMAP_IDEL_MINUTES: '30', POSTERN_HOST: '::1', PATH: '/bin' }
    expect(readConfig({ environment }).server.host).toBe('::1')
    expect(unknownVariables(environment)).toEqual(['POSTERN_IMAP_IDEL_MINUTES'])
  })

  it.each([
    [{ flags: { port_base: '99999' } }, /port_base is "99999"; expected a whole number from 0 to 60000, or auto/],
    [{ flags: { profile: 'gmail' } }, /profile is "gmail"; expected one of standards, exchange-online/],
    [
      { environment: { POSTERN_IMAP_IDLE_MINUTES: 'long' } },
      /imap\.idle_minutes is "long"; expected a number of minutes/,
    ],
    [file('imap:\n  idel: 30\n'), /postern\.yaml sets 'imap\.idel': unknown setting/],
    [file('imap: [1'), /postern\.yaml is not YAML/],
    [file('- a\n'), /postern\.yaml does not contain settings by name/],
    [file('imap:\n  port: 70000\n'), /imap\.port is 70000; expected a port number, off, auto or standard/],
  ])('stop the start with one clear sentence: %j', (sources, sentence) => {
    expect(() => readConfig(sources)).toThrow(sentence)
  })

  it.each(['postgres.url', 'keys.master_key', 'keys.previous_master_key', 'notices.webhook_secret'])(
    'never show the value of %s',
    (name) => {
      const sources = file(`${name}: [Violet-Harbour-7]`)
      expect(() => readConfig(sources)).toThrow(`The setting ${name} is not valid; expected a text`)
      expect(() => readConfig(sources)).not.toThrow('Violet')
    },
  )

  it('read off and auto as a listener’s port', () => {
    const settings = readConfig(file('imap:\n  port: off\npop3:\n  port: auto\nimaps:\n  port: 993\n'))
    expect([settings.imap.port, settings.pop3.port, settings.imaps.port]).toEqual(['off', 'auto', 993])
  })
})
