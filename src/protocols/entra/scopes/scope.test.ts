import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXCHANGE, GRAPH } from '../../../../test/support/access.ts'
import { claimsOf, codeRequest, openUserService } from '../../../../test/support/token-service.ts'
import { Refusal } from '../../../core/refusal.ts'
import { defaultScopeResource, parseRequestedScope, singleResource } from './scope.ts'

describe('a client credentials scope names the resource', () => {
  it.each([
    ['https://outlook.office365.com/.default', 'https://outlook.office365.com'],
    ['https://ps.outlook.com/.default', 'https://ps.outlook.com'],
    ['00000002-0000-0ff1-ce00-000000000000/.default', '00000002-0000-0ff1-ce00-000000000000'],
    ['https://graph.microsoft.com//.default', 'https://graph.microsoft.com/'],
    ['api://reader/mail/.default', 'api://reader/mail'],
    ['https://outlook.office365.com/.Default', 'https://outlook.office365.com'],
    ['https://outlook.office365.com/.default openid profile offline_access', 'https://outlook.office365.com'],
    [' offline_access  https://outlook.office365.com/.default ', 'https://outlook.office365.com'],
    ['https://a.test/.default https://A.test//.default', 'https://a.test'],
  ])('%s', (scope, resource) => {
    expect(defaultScopeResource(scope)).toBe(resource)
  })
})

describe('a client credentials scope is refused', () => {
  it.each([
    ['.default', '1002012'],
    ['/.default', '1002012'],
    ['https://outlook.office365.com', '1002012'],
    ['https://outlook.office365.com/IMAP.AccessAsApp', '1002012'],
    ['https://outlook.office365.com/.default.x', '1002012'],
    ['User.Read', '1002012'],
    ['openid profile offline_access', '1002012'],
    ['https://graph.microsoft.com/.default https://outlook.office365.com/.default', '700022'],
    ['https://outlook.office365.com/.default User.Read', '700022'],
    ['https://graph.microsoft.com/.default User.Read', '70011'],
    ['https://outlook.office365.com/.default https://outlook.office365.com/SMTP.Send', '70011'],
    ['https://outlook.office365.com/.default\thttps://a.test/.default', '70011'],
    ['https://outlook.office365.com/"/.default', '70011'],
    ['https://löwe.test/.default', '70011'],
  ])('%j with AADSTS%s', (scope, code) => {
    expect(() => defaultScopeResource(scope)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ aadsts: code }) }),
    )
  })
})

describe('what an app asks a person for', () => {
  it.each<[string, ReturnType<typeof parseRequestedScope>['resources']]>([
    ['User.Read Mail.Read', [{ named: GRAPH, prefix: '', values: ['User.Read', 'Mail.Read'] }]],
    ['openid profile', [{ named: GRAPH, prefix: '', values: [] }]],
    [`${GRAPH}/User.Read Mail.Read`, [{ named: GRAPH, prefix: `${GRAPH}/`, values: ['User.Read', 'Mail.Read'] }]],
    [`${EXCHANGE}/.default offline_access`, [{ named: EXCHANGE, prefix: `${EXCHANGE}/`, values: 'default' }]],
    [`${EXCHANGE}//SMTP.Send`, [{ named: `${EXCHANGE}/`, prefix: `${EXCHANGE}//`, values: ['SMTP.Send'] }]],
    ['api://x/y api://x/z api://x/y', [{ named: 'api://x', prefix: 'api://x/', values: ['y', 'z'] }]],
    [
      `User.Read ${EXCHANGE}/SMTP.Send`,
      [
        { named: GRAPH, prefix: '', values: ['User.Read'] },
        { named: EXCHANGE, prefix: `${EXCHANGE}/`, values: ['SMTP.Send'] },
      ],
    ],
  ])('is read from %s', (scope, resources) => {
    expect(parseRequestedScope(scope).resources).toEqual(resources)
  })

  it('is what belongs to the sign-in apart from what belongs to a resource, in any letter case', () => {
    expect([...parseRequestedScope('OpenID User.Read offline_access email profile').identity].toSorted()).toEqual([
      'email',
      'offline_access',
      'openid',
      'profile',
    ])
  })

  it('is a whole resource in version 1', () => {
    expect(parseRequestedScope('openid', EXCHANGE)).toEqual({
      identity: new Set(['openid']),
      resources: [{ named: EXCHANGE, prefix: '', values: 'default' }],
    })
  })

  it('is of one resource where a token is asked for', () => {
    expect(() => singleResource(parseRequestedScope(`User.Read ${EXCHANGE}/SMTP.Send`))).toThrow(Refusal)
  })

  it.each(['.default', `${GRAPH}/.default ${GRAPH}/User.Read`, `${GRAPH}/`, 'a"b', 'a\u00e9', 'x '.repeat(201)])(
    'is refused when it is %j',
    (scope) => {
      expect(() => parseRequestedScope(scope)).toThrow(Refusal)
    },
  )
})

describe('whatever is asked for', () => {
  const graph = ['User.Read', 'Mail.Read', 'Mail.Send']
  const exchange = ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send']
  const word = fc.oneof(
    fc.constantFrom('openid', 'profile', 'email', 'offline_access', '.default', 'Mail.Nonsense', ''),
    fc.constantFrom(...graph),
    fc.constantFrom(...graph).map((value) => `${GRAPH}/${value.toLowerCase()}`),
    fc.constantFrom(...exchange, '.default').map((value) => `https://outlook.office.com/${value}`),
    fc.string({ maxLength: 8 }),
  )

  it('a token lets an app do no more than it asked for and was consented to', async () => {
    const open = await openUserService()
    const app = await open.app()
    const given = ['User.Read', 'Mail.Read', 'IMAP.AccessAsUser.All', 'SMTP.Send']
    await open.consent(app, GRAPH, 'User.Read', 'Mail.Read')
    await open.consent(app, EXCHANGE, 'IMAP.AccessAsUser.All', 'SMTP.Send')
    const { refresh_token: token } = (await open.ask(codeRequest(app, await open.code(app)))).json()
    const form = { grant_type: 'refresh_token', client_id: app.id, refresh_token: token }
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 4 }), async (words) => {
        const scope = words.join(' ')
        const answer = await open.ask({ ...form, scope })
        expect([200, 400]).toContain(answer.statusCode)
        if (answer.statusCode !== 200 || scope.trim() === '') return
        const asked = words.map((one) => one.slice(one.lastIndexOf('/') + 1).toLowerCase())
        const { access_token: access, scope: told } = answer.json()
        for (const value of String(claimsOf(access).scp).split(' ').filter(Boolean)) {
          expect(['openid', 'profile', 'email', ...given]).toContain(value)
          expect(asked.includes(value.toLowerCase()) || asked.includes('.default')).toBe(true)
          expect(told.toLowerCase()).toContain(value.toLowerCase())
        }
      }),
      { numRuns: 100 },
    )
  })
})
