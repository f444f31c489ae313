import { expect, it } from 'vitest'
import { Browser } from '../../../../test/support/browser.ts'
import { openTokenService } from '../../../../test/support/token-service.ts'

it('shows a quiet page to native apps that read the answer from the browser, and repeats nothing of it', async () => {
  const browser = new Browser(await openTokenService())
  const done = await browser.get('/common/oauth2/nativeclient?code=a-secret-code&state=s')
  expect(done.title).toBe('You are signed in')
  const failed = await browser.get('/common/oauth2/nativeclient?error=access_denied&error_description=a-secret-code')
  expect(failed.title).toBe('Not signed in')
  expect(`${done.body}${failed.body}`).not.toContain('a-secret-code')
})
