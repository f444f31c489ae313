import { spawnSync } from 'node:child_process'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Whether a suite may leave out what the machine does not have; `.ci/run` forbids it. */
const required = process.env.ALL_CLIENTS === 'required'

const executablePath = '/usr/bin/chromium'
export const hasChromium = available('a person with Chromium', executablePath)

/** A person at a real browser, who reads the pages by their labels. */
export class PersonAtBrowser {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<PersonAtBrowser> {
    return new PersonAtBrowser(
      await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] }),
    )
  }

  /** Goes to a page with a browser that knows nobody. */
  async visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US', ...options })
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  close(): Promise<void> {
    return this.#browser.close()
  }
}

export async function signIn(page: Page, { login, password }: { login: string; password: string }): Promise<void> {
  await page.locator('input[name=userName]').fill(login)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.locator('input[name=password]').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/**
 * Whether a program is there. Where it is not, says loudly what is not run, or fails when everything has to be.
 */
export function available(what: string, command: string, words: readonly string[] = ['--version']): boolean {
  if (spawnSync(command, words, { stdio: 'ignore' }).status === 0) return true
  if (required) throw new Error(`${what} is required and not there: ${command}`)
  process.stderr.write(`\nNOT RUN: ${what}, because this machine has no ${command}\n`)
  return false
}
