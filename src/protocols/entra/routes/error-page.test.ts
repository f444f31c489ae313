import { expect, it } from 'vitest'
import { openTokenService } from '../../../../test/support/token-service.ts'

it.each(['7000215', 'AADSTS7000215'])('explains %s to people', async (code) => {
  const { http } = await openTokenService()
  const answer = await http.inject(`/error?code=${code}`)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  expect(answer.body).toContain('<h1>AADSTS7000215</h1>')
  expect(answer.body).toContain('Invalid client secret provided.')
})

it.each(['', '1', 'constructor', '<script>alert(1)</script>'])('knows no code %j and repeats nothing', async (code) => {
  const { http } = await openTokenService()
  const answer = await http.inject(`/error?${new URLSearchParams({ code }).toString()}`)
  expect(answer.statusCode).toBe(404)
  expect(answer.body).not.toContain('script')
})
