import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import type { Page } from '../support/browser.ts'
import { codeOf, PASSWORD, AttackSetup } from './attack-setup.ts'

/** Returns the text of the page after a password. */
async function tried(scene: AttackSetup, userName: string, password: string): Promise<Page> {
  const browser = scene.browser()
  return scene.signIn(browser, await browser.get(scene.authorizeUrl()), userName, password)
}

/** All that a stranger can tell one page from another by, but for what the stranger sent. */
const visible = ({ status, text, title, headers }: Page): unknown => [
  status,
  title,
  text,
  Object.keys(headers).sort(),
  headers['content-length'],
]

const median = (times: number[]): number => times.sort((one, other) => one - other)[Math.floor(times.length / 2)]!

describe('guessing a password', () => {
  it('ends when the account is locked: then the right one opens nothing either', async () => {
    const scene = await AttackSetup.open()
    for (let guess = 0; guess < 10; guess++) await tried(scene, 'ada@contoso.test', `guess ${guess}`)
    expect((await tried(scene, 'ada@contoso.test', PASSWORD)).sentTo).toBeUndefined()
    scene.context.world.advance(HOUR)
    expect((await tried(scene, 'ada@contoso.test', PASSWORD)).sentTo?.searchParams.has('code')).toBe(true)
  })

  it('is one count, whether on the page, by the password grant, or at once', async () => {
    const scene = await AttackSetup.open()
    const app = await scene.register({ displayName: 'Program', properties: { isFallbackPublicClient: true } })
    await scene.consent(app, 'https://outlook.office365.com', 'IMAP.AccessAsUser.All')
    const guess = (password: string) =>
      scene.post({
        grant_type: 'password',
        client_id: app.id,
        username: 'ada@contoso.test',
        password,
        scope: 'https://outlook.office365.com/IMAP.AccessAsUser.All',
      })
    await Promise.all(Array.from({ length: 6 }, (_, number) => guess(`guess ${number}`)))
    for (let number = 0; number < 4; number++) await tried(scene, 'ada@contoso.test', `guess ${number}`)
    expect(codeOf(await guess(PASSWORD))).toBe(50053)
  })

  it('is not quicker by asking many times at once', async () => {
    const scene = await AttackSetup.open()
    const { directory, tenant } = scene.context
    const guesses = [...Array.from({ length: 40 }, (_, number) => `guess ${number}`), PASSWORD]
    const answers = await Promise.allSettled(
      guesses.map((guess) => directory.users.checkPassword(tenant.id, 'ada@contoso.test', guess)),
    )
    const heard = answers.filter((it) => it.status === 'fulfilled').map(({ value }) => value)
    expect(heard.filter((it) => !it.ok && it.because === 'wrong').length).toBeLessThan(20)
    expect(heard.some(({ ok }) => ok)).toBe(false)
  })

  it('takes the same time once the account is locked, also for the right password', async () => {
    const scene = await AttackSetup.open()
    const { directory, tenant } = scene.context
    const check = (password: string) => directory.users.checkPassword(tenant.id, 'ada@contoso.test', password)
    expect((await check(PASSWORD)).ok).toBe(true)
    for (let guess = 0; guess < 10; guess++) await check(`guess ${guess}`)
    const time = async (password: string): Promise<number> => {
      const started = performance.now()
      expect(await check(password)).toMatchObject({ ok: false, because: 'locked' })
      return performance.now() - started
    }
    const [right, wrong]: [number[], number[]] = [[], []]
    for (let round = 0; round < 9; round++) {
      right.push(await time(PASSWORD))
      wrong.push(await time(`wrong ${round}`))
    }
    expect(median(right) / median(wrong)).toBeGreaterThan(1 / 3)
  })

  it('locks nobody but the one who is guessed at', async () => {
    const scene = await AttackSetup.open()
    await scene.person('bob@contoso.test')
    for (let guess = 0; guess < 12; guess++) await tried(scene, 'ada@contoso.test', `guess ${guess}`)
    expect((await tried(scene, 'bob@contoso.test', PASSWORD)).sentTo?.searchParams.has('code')).toBe(true)
  })
})

describe('finding out who there is', () => {
  it('is not possible by what the page says, whether nobody has the name, it is wrong, or it is locked', async () => {
    const scene = await AttackSetup.open()
    const wrong = visible(await tried(scene, 'ada@contoso.test', 'wrong'))
    const nobody = await tried(scene, 'eve@contoso.test', 'wrong')
    const text = JSON.stringify(visible(nobody)).replaceAll('eve@', 'ada@')
    expect(JSON.parse(text)).toEqual(wrong)
    for (let guess = 0; guess < 12; guess++) await tried(scene, 'ada@contoso.test', `guess ${guess}`)
    expect(visible(await tried(scene, 'ada@contoso.test', 'wrong'))).toEqual(wrong)
  })

  it('is not possible before the password: the page asks anybody for one', async () => {
    const scene = await AttackSetup.open()
    const browser = scene.browser()
    const asked = async (userName: string) => {
      const shown = await browser.submit(await browser.get(scene.authorizeUrl()), { userName })
      return [shown.status, shown.title, shown.text]
    }
    expect(await asked('eve@contoso.test')).toEqual(await asked('ada@contoso.test'))
    expect(await asked('eve@elsewhere.test')).toEqual(await asked('ada@contoso.test'))
  })

  it('is not possible by the realm of a user name', async () => {
    const scene = await AttackSetup.open()
    const realm = async (name: string) => {
      const answer = await scene.context.ask('GET', `/common/userrealm/${name}?api-version=1.0`, { bearer: undefined })
      return JSON.stringify(answer.json()).replaceAll(name, '')
    }
    expect(await realm('eve@contoso.test')).toBe(await realm('ada@contoso.test'))
  })

  it('is not possible by the time that the page takes to answer', async () => {
    const scene = await AttackSetup.open({ 'directory.lockout_failures': 1000 })
    const time = async (userName: string): Promise<number> => {
      const browser = scene.browser()
      const page = await browser.submit(await browser.get(scene.authorizeUrl()), { userName })
      const started = performance.now()
      await browser.submit(page, { password: 'wrong' })
      return performance.now() - started
    }
    const [there, nobody]: [number[], number[]] = [[], []]
    for (let round = 0; round < 15; round++) {
      there.push(await time('ada@contoso.test'))
      nobody.push(await time(`nobody${round}@contoso.test`))
    }
    const ratio = median(there) / median(nobody)
    expect(ratio).toBeGreaterThan(1 / 3)
    expect(ratio).toBeLessThan(3)
  })
})

describe('guessing what a device shows', () => {
  it('is over after twenty wrong codes from one address, also for a right one', async () => {
    const scene = await AttackSetup.open()
    const device = await scene.register({ displayName: 'TV', properties: { isFallbackPublicClient: true } })
    const { user_code } = await scene.device(device)
    const browser = scene.browser()
    const enter = async (code: string) => browser.submit(await browser.get('/devicelogin'), { code })
    for (let guess = 0; guess < 20; guess++) await enter(`AAAAAAA${String(guess).padStart(2, 'B')}`)
    expect((await enter(user_code)).text).toContain('too many wrong codes')
    scene.context.world.advance(16 * MINUTE)
    const { user_code: fresh } = await scene.device(device)
    expect((await enter(fresh)).text).toContain('TV')
  })

  it('is hopeless: a thousand codes are a thousand, of nine characters out of many', async () => {
    const scene = await AttackSetup.open()
    const device = await scene.register({ displayName: 'TV', properties: { isFallbackPublicClient: true } })
    const codes = new Set<string>()
    for (let count = 0; count < 50; count++) codes.add((await scene.device(device)).user_code)
    expect(codes.size).toBe(50)
    expect(new Set([...codes].join('')).size).toBeGreaterThan(20)
    for (const code of codes) expect(code).toMatch(/^[A-Z0-9]{9}$/)
  })
})

it('guessing a client secret tells nothing of how near the guess was', async () => {
  const scene = await AttackSetup.open()
  const { id, secret } = scene.mailer
  const answers = await Promise.all(
    ['', 'x', secret.slice(0, -1), `${secret}x`, `${secret.slice(0, -1)}?`].map(async (guess) => {
      const answer = await scene.post({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: guess || 'nothing',
        scope: 'https://graph.microsoft.com/.default',
      })
      const { error, error_codes, error_description } = answer.json<Record<string, string>>()
      return JSON.stringify([answer.statusCode, error, error_codes, error_description?.replace(/ Trace ID.*/, '')])
    }),
  )
  expect(new Set(answers).size).toBe(1)
})
